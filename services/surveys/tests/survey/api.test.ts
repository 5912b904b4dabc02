import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { ask, KEY, SECOND_KEY, type StandIn, type Survey, startStandIn, startSurvey } from "./running.ts";

let redis: RedisServer;
let standIn: StandIn;
let survey: Survey;
let users = 0;
let ada: string;

beforeAll(async () => {
  redis = await newRedisServer(["survey"]);
  standIn = await startStandIn();
  survey = await startSurvey(standIn, redis.settings("survey"));
});

afterAll(async () => {
  await survey.close();
  await standIn.close();
  await redis.remove();
});

beforeEach(() => {
  users += 1;
  ada = `ada-${users}`;
});

const hits = () => survey.metric('request_list_lookups_total{result="hit"}');

test("a new request is answered, listed and has a link", async () => {
  const made = await survey.make(ada);
  expect([made.status, made.body.data.complete]).toEqual([201, false]);
  expect(Date.now() - Date.parse(made.body.data.createdAt)).toBeLessThan(5000);
  const { id } = made.body.data;
  expect((await survey.ask(`/requests?userId=${ada}`)).body).toEqual({ data: [made.body.data] });
  const links = await survey.ask(`/links?userId=${ada}`);
  expect(links.body.data).toEqual([{ id, url: expect.stringMatching(/^http:\/\/localhost:8090\/surveys\/\?s=/) }]);
  expect(links.headers.get("cache-control")).toBe("no-store");
});

test("answers are given as JSON and as CSV, of one user alone", async () => {
  await survey.make(ada);
  await survey.make("somebody.else");
  const json = await survey.ask(`/data?userId=${ada}`);
  expect(json.body.data).toHaveLength(1);
  expect(json.body.data[0]).toMatchObject({ user_id: ada, email: `${ada}@example.org`, request_complete: "0" });
  const csv = await survey.ask(`/data?userId=${ada}&format=csv`);
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(csv.headers.get("content-disposition")).toBe('attachment; filename="surveys.csv"');
  const lines = csv.text.trim().split("\n");
  expect(lines[0]).toMatch(/^record_id,user_id,email,/);
  expect(lines.slice(1)).toEqual([expect.stringContaining(`,${ada},`)]);
});

test("who has no request gets empty lists, and no answers of others", async () => {
  for (const path of ["requests", "links", "data"]) {
    expect((await survey.ask(`/${path}?userId=${ada}`)).body).toEqual({ data: [] });
  }
  expect((await survey.ask(`/data?userId=${ada}&format=csv`)).text).toBe("");
});

test("a list is read once in some seconds, and anew after a new request", async () => {
  const before = await hits();
  for (let time = 0; time < 3; time += 1) expect((await survey.ask(`/requests?userId=${ada}`)).body.data).toEqual([]);
  expect((await hits()) - before).toBe(2);
  await survey.make(ada);
  expect((await survey.ask(`/requests?userId=${ada}`)).body.data).toHaveLength(1);
  expect((await hits()) - before).toBe(2);
});

test("a list that was being read while a request was made isn't kept", async () => {
  await standIn.fail({ slowMs: 300, only: "export" });
  const reading = survey.ask(`/requests?userId=${ada}`);
  const other = await startSurvey(standIn, redis.settings("survey"));
  try {
    expect((await other.make(ada)).status).toBe(201);
    await reading;
    expect((await survey.ask(`/requests?userId=${ada}`)).body.data).toHaveLength(1);
  } finally {
    await standIn.fail({});
    await other.close();
  }
});

test.each(["not JSON", "null", "7", '{"generation":""}', '{"generation":"","list":{"0":1}}', '{"list":[]}'])(
  "a kept list that can't be read is none: %s",
  async (text) => {
    await survey.make(ada);
    await redis.administrator.del(`survey:generation:${ada}`);
    await redis.administrator.set(`survey:list:${ada}`, text);
    expect((await survey.ask(`/requests?userId=${ada}`)).body.data).toHaveLength(1);
  },
);

test("keys in Redis hold no address, and all end by themselves", async () => {
  await survey.make(ada);
  await survey.ask(`/requests?userId=${ada}`);
  const keys = await redis.administrator.keys("*");
  expect(keys.filter((key) => key.includes(ada)).sort()).toEqual([`survey:generation:${ada}`, `survey:list:${ada}`]);
});

test.each([KEY, SECOND_KEY])("the key %s is taken", async (key) => {
  expect((await survey.ask(`/requests?userId=${ada}`, { headers: { "x-api-key": key } })).status).toBe(200);
});

test.each(["/requests?userId=a", "/links?userId=a", "/data?userId=a"])(
  "fails with 401 on %s without a right key",
  async (path) => {
    const url = `${survey.url}/api/v1/surveys${path}`;
    for (const headers of [{}, { "x-api-key": "wrong" }, { "x-api-key": "" }] as Record<string, string>[]) {
      const answer = await ask(url, { headers });
      expect(answer.body).toMatchObject({ status: 401, type: "urn:vigie:problem:no-api-key" });
    }
    expect(await survey.metric('calls_refused_total{reason="missing"}')).toBeGreaterThan(0);
    expect(await survey.metric('calls_refused_total{reason="wrong"}')).toBeGreaterThan(0);
  },
);

test("fails with 401 on a post without a key, and makes nothing", async () => {
  const body = JSON.stringify({ userId: ada, email: "a@example.org" });
  const headers = { "content-type": "application/json" };
  expect((await ask(`${survey.url}/api/v1/surveys/requests`, { method: "POST", body, headers })).status).toBe(401);
  expect((await standIn.records()).filter((record) => record.user_id === ada)).toEqual([]);
});

test("what the platform asks for needs no key, nor does the description", async () => {
  for (const path of ["/health", "/ready", "/metrics", "/api/v1/surveys/openapi.json"]) {
    expect((await ask(`${survey.url}${path}`)).status).toBe(200);
  }
  const { body } = await ask(`${survey.url}/api/v1/surveys/openapi.json`);
  const base = "/api/v1/surveys";
  expect(Object.keys(body.paths).sort()).toEqual([`${base}/data`, `${base}/links`, `${base}/requests`]);
});

test.each(["x' or '1'='1", "x'", '"', "[user_id]", "a b", "", "é", "a".repeat(37), "a\n"])(
  "fails with 400 on the user %j",
  async (userId) => {
    const query = new URLSearchParams({ userId });
    for (const path of ["requests", "links", "data"]) expect((await survey.ask(`/${path}?${query}`)).status).toBe(400);
    expect((await survey.make(userId)).status).toBe(400);
  },
);

test.each([{}, { userId: "a" }, { userId: "a", email: "none" }, { userId: "a", email: "a@b.org", more: 1 }, []])(
  "fails with 400 on the body %j",
  async (body) => {
    const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    expect((await survey.ask("/requests", init)).body.type).toBe("urn:vigie:problem:invalid-parameters");
  },
);

test("fails with 400 on another format, and with 405 on another method", async () => {
  expect((await survey.ask(`/data?userId=${ada}&format=xml`)).status).toBe(400);
  const refused = await survey.ask("/requests", { method: "DELETE" });
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
});
