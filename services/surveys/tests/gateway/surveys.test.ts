import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { ada, type Behind, type Gateway, newGateway, ours, problemOf, startBehind } from "./client.ts";
import { problem } from "./upstreams.ts";

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;
let cookie: string;

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateway = await newGateway(redis, behind);
  cookie = await gateway.signIn();
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const get = (url: string) => gateway.ask({ url: `/api/v1/surveys/${url}`, headers: { cookie } });
const makeNew = (more: object = {}) =>
  gateway.ask({ method: "POST", url: "/api/v1/surveys/new", headers: { ...ours, cookie }, ...more });

const one = { id: "1", createdAt: "2026-11-30T12:00:00.000Z", complete: false };
const two = { id: "2", createdAt: "2026-11-29T12:00:00.000Z", complete: true };

test("flow 1: a new request is made for whoever is signed in", async () => {
  behind.survey.answer(() => ({ status: 201, body: { data: one } }));
  const answer = await makeNew();
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ data: one });
  expect(behind.survey.received).toHaveLength(1);
  const { userId, email } = ada;
  expect(behind.survey.received[0]).toMatchObject({
    method: "POST",
    url: "/api/v1/surveys/requests",
    body: { userId, email },
  });
  expect(behind.survey.received[0]?.headers["x-api-key"]).toBe("the-key-of-survey");
});

test("flow 2: the list has the requests with their links", async () => {
  behind.survey.answer(({ url }) =>
    url === "/api/v1/surveys/requests?userId=ada"
      ? { status: 200, body: { data: [one, two] } }
      : { status: 200, body: { data: [{ id: "1", url: "https://redcap.example/surveys/?s=A" }] } },
  );
  const answer = await get("list");
  expect(answer.json()).toEqual({ data: [{ ...one, url: "https://redcap.example/surveys/?s=A" }, two] });
  const asked = behind.survey.received.map(({ url }) => url).sort();
  expect(asked).toEqual(["/api/v1/surveys/links?userId=ada", "/api/v1/surveys/requests?userId=ada"]);
});

test("links", async () => {
  const body = { data: [{ id: "1", url: "https://redcap.example/surveys/?s=A" }] };
  behind.survey.answer(() => ({ status: 200, body }));
  const answer = await get("links");
  expect(answer.json()).toEqual(body);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("answers are downloaded as a file of CSV or JSON", async () => {
  const records = { data: [{ record_id: "1", note: "grüße, 1" }] };
  const csv = 'record_id,note\n1,"grüße, 1"\n';
  behind.survey.answer(({ url }) =>
    url.endsWith("format=csv")
      ? { status: 200, body: csv, type: "text/csv; charset=utf-8" }
      : { status: 200, body: records },
  );
  for (const query of ["download", "download?format=csv"]) {
    const answer = await get(query);
    expect(answer.body).toBe(csv);
    expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="surveys-\d{4}-\d\d-\d\d\.csv"$/);
  }
  const json = await get("download?format=json");
  expect(json.json()).toEqual(records);
  expect(json.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(json.headers["content-disposition"]).toMatch(/\.json"$/);
  expect(behind.survey.received.at(-1)?.url).toBe("/api/v1/surveys/data?userId=ada&format=json");
});

test("answers of another form than asked for are none", async () => {
  behind.survey.answer(() => ({ status: 200, body: "<html>", type: "text/html" }));
  expect(problemOf(await get("download?format=csv")).status).toBe(502);
  expect(problemOf(await get("download?format=json")).status).toBe(502);
});

test("nobody can be somebody else by a query or a body", async () => {
  behind.survey.answer(() => ({ status: 200, body: { data: [] } }));
  for (const url of ["list?userId=eve", "links?userId=eve", "download?userId=eve"]) {
    expect(problemOf(await get(url)).errors).toEqual([expect.objectContaining({ parameter: "userId", got: "eve" })]);
  }
  expect(problemOf(await makeNew({ query: { userId: "eve" } })).status).toBe(400);
  const forged = problemOf(await makeNew({ payload: { userId: "eve", email: "eve@example.org" } }));
  expect((forged.errors as { parameter: string }[]).map(({ parameter }) => parameter)).toEqual(["userId", "email"]);
  for (const payload of ['"eve"', "[1]", "7"]) {
    const headers = { ...ours, cookie, "content-type": "application/json" };
    expect(problemOf(await makeNew({ payload, headers })).status).toBe(400);
  }
  expect(behind.survey.received).toEqual([]);
});

test("headers of a caller don't get through to the services", async () => {
  behind.survey.answer(() => ({ status: 200, body: { data: [] } }));
  const headers = { cookie, "x-api-key": "guess", authorization: "Bearer x", "x-user": "eve" };
  await gateway.ask({ url: "/api/v1/surveys/links", headers });
  const received = behind.survey.received[0]?.headers ?? {};
  expect(received["x-api-key"]).toBe("the-key-of-survey");
  for (const name of ["cookie", "authorization", "x-user"]) expect(received[name]).toBeUndefined();
});

test("without a session, nothing is asked of anybody", async () => {
  for (const header of ["", "session=", `session=${"a".repeat(43)}`, "other=1"]) {
    for (const url of ["/api/v1/me", "/api/v1/surveys/list", "/api/v1/surveys/links", "/api/v1/surveys/download"]) {
      const answer = await gateway.ask({ url, headers: { cookie: header } });
      expect(problemOf(answer)).toMatchObject({ status: 401, type: "urn:vigie:problem:not-signed-in" });
    }
  }
  expect((await gateway.ask({ method: "POST", url: "/api/v1/surveys/new" })).statusCode).toBe(401);
  expect(behind.survey.received).toEqual([]);
});

test("a request of another site's page is not made", async () => {
  const headers = { cookie, origin: "https://evil.example" };
  expect(problemOf(await makeNew({ headers })).status).toBe(403);
  expect(behind.survey.received).toEqual([]);
});

test("the rule on requests is told in the words of the service that has it", async () => {
  behind.survey.answer(() => problem(409, "too-many-requests-open", "You have 3 incomplete requests."));
  expect(problemOf(await makeNew())).toMatchObject({
    status: 409,
    type: "urn:vigie:problem:too-many-requests-open",
    detail: "You have 3 incomplete requests.",
  });
});

test("other methods are refused, and the description is there", async () => {
  const answer = await gateway.ask({ method: "DELETE", url: "/api/v1/surveys/list", headers: { ...ours, cookie } });
  expect(answer.statusCode).toBe(405);
  expect(answer.headers.allow).toBe("GET, HEAD");
  const { paths } = (await gateway.ask("/api/v1/openapi.json")).json() as { paths: Record<string, object> };
  expect(Object.keys(paths).sort()).toEqual(
    [
      ...["login", "logout", "signup", "verify"].map((path) => `/api/v1/auth/${path}`),
      ...["/api/v1/health", "/api/v1/me"],
      ...["download", "links", "list", "new"].map((path) => `/api/v1/surveys/${path}`),
    ].sort(),
  );
});
