import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type StandIn, type Survey, startStandIn, startSurvey } from "./running.ts";

let redis: RedisServer;
let standIn: StandIn;
let survey: Survey;

beforeAll(async () => {
  redis = await newRedisServer(["survey"]);
});

afterAll(() => redis.remove());

beforeEach(async () => {
  await redis.administrator.flushall();
  standIn = await startStandIn();
  survey = await startSurvey(standIn, redis.settings("survey"), {
    cacheSeconds: 0,
    timeoutMs: 500,
    breakerResetMs: 700,
  });
  await expect.poll(async () => (await survey.make("ada")).status).toBe(201);
});

afterEach(async () => {
  await survey.close();
  await standIn.close();
});

const calls = (call: string, outcome: string) =>
  survey.metric(`redcap_calls_total{call="${call}",outcome="${outcome}"}`);

test.each([
  [{ status: 500 }, "failed", 3],
  [{ cut: true }, "cut", 3],
  [{ token: "wrong" }, "forbidden", 1],
  [{ status: 400 }, "refused", 1],
  [{ status: 504 }, "timeout", 1],
  [{ slowMs: 1000 }, "timeout", 1],
] as const)("fails with 503 on %j of a read, told apart as %s, after %i tries", async (faults, kind, tries) => {
  await standIn.fail(faults);
  const answer = await survey.ask("/requests?userId=ada");
  expect(answer.body).toMatchObject({ status: 503, type: `urn:vigie:problem:redcap-${kind}` });
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(answer.took).toBeLessThan(1000);
  expect(await calls("list", kind)).toBe(tries);
  await standIn.fail({});
  expect((await survey.ask("/requests?userId=ada")).body.data).toHaveLength(1);
});

test("fails with 503 on a REDCap that is away, and is ready all the same", async () => {
  await standIn.close();
  const answer = await survey.ask("/requests?userId=ada");
  expect(answer.body).toMatchObject({ status: 503, type: "urn:vigie:problem:redcap-unreachable" });
  expect((await fetch(`${survey.url}/ready`)).status).toBe(200);
});

test("a wrong token is told apart and opens no breaker; a new one needs no restart", async () => {
  writeFileSync(standIn.tokenFile, "changed\n");
  const own = await startSurvey({ ...standIn, tokenFile: fileWith("old\n") }, redis.settings("survey"), {
    cacheSeconds: 0,
  });
  try {
    for (let time = 0; time < 8; time += 1) {
      expect((await own.ask("/requests?userId=ada")).body.type).toBe("urn:vigie:problem:redcap-forbidden");
    }
    expect(await own.metric("redcap_breaker_open")).toBe(0);
    writeFileSync(lastFile, "changed\n");
    expect((await own.ask("/requests?userId=ada")).status).toBe(200);
  } finally {
    await own.close();
  }
});

test("a failing import is never sent twice, and nothing is made", async () => {
  await standIn.fail({ status: 500, only: "import" });
  expect((await survey.make("bob")).body.type).toBe("urn:vigie:problem:redcap-failed");
  expect(await calls("import", "failed")).toBe(1);
  await standIn.fail({});
  expect((await survey.make("bob")).status).toBe(201);
  expect((await standIn.records()).map((record) => record.user_id)).toEqual(["ada", "bob"]);
});

test("a request whose answer broke off is found by its key, and not doubled", async () => {
  await standIn.fail({ cut: true, only: "import" });
  const made = await survey.make("bob");
  expect([made.status, made.body.data.complete]).toEqual([201, false]);
  expect(await calls("import", "cut")).toBe(1);
  const records = (await standIn.records()).filter((record) => record.user_id === "bob");
  expect(records.map((record) => record.record_id)).toEqual([made.body.data.id]);
});

test("a request that REDCap makes after its time is found by its key", async () => {
  await standIn.fail({ slowMs: 700, only: "import" });
  expect((await survey.make("bob")).status).toBe(201);
  expect((await standIn.records()).filter((record) => record.user_id === "bob")).toHaveLength(1);
});

test("fails with 503 on a request that may appear, and makes no other until that is known", async () => {
  await standIn.fail({ slowMs: 2500, only: "import" });
  const answer = await survey.make("bob");
  expect(answer.body).toMatchObject({ status: 503, type: "urn:vigie:problem:request-uncertain" });
  expect(answer.body.detail).toContain("look at the list in 8 seconds before you ask for another one");
  expect(answer.headers.get("retry-after")).toBe("8");
  expect(await redis.administrator.keys("*")).toContain("survey:lock:bob");
  await standIn.fail({});
  // Another user waits for nobody.
  expect((await survey.make("eve")).status).toBe(201);
  await expect.poll(async () => (await survey.ask("/requests?userId=bob")).body.data.length).toBe(1);
});

test("the breaker opens, answers 503 within a second, and closes again", async () => {
  await standIn.fail({ slowMs: 5000 });
  await Promise.all(Array.from({ length: 6 }, () => survey.ask("/requests?userId=ada")));
  expect(await survey.metric("redcap_breaker_open")).toBe(1);
  for (const ask of [() => survey.ask("/requests?userId=ada"), () => survey.make("ada"), () => survey.make("new")]) {
    const answer = await ask();
    expect(answer.body).toMatchObject({ status: 503, type: "urn:vigie:problem:redcap-open" });
    expect(answer.body.detail).toContain("isn't asked for some seconds");
    expect(answer.took).toBeLessThan(300);
  }
  expect(await calls("list", "open")).toBe(1);
  await standIn.fail({});
  await sleep(800);
  expect((await survey.ask("/requests?userId=ada")).status).toBe(200);
  expect(await survey.metric("redcap_breaker_open")).toBe(0);
  expect((await survey.make("ada")).status).toBe(201);
});

test("one person's slow export opens no breaker for all", async () => {
  await standIn.fail({ slowMs: 1000, only: "export" });
  const answers = await Promise.all(Array.from({ length: 8 }, () => survey.ask("/data?userId=ada")));
  for (const { body } of answers) expect(body).toMatchObject({ type: "urn:vigie:problem:redcap-timeout" });
  expect(await calls("data", "timeout")).toBe(8);
  expect(await survey.metric("redcap_breaker_open")).toBe(0);
  await standIn.fail({});
  expect((await survey.ask("/requests?userId=ada")).status).toBe(200);
});

test("but it doesn't close one either", async () => {
  await standIn.fail({ status: 500 });
  for (let time = 0; time < 3; time += 1) await survey.ask("/requests?userId=ada");
  await standIn.fail({ slowMs: 1000 });
  await sleep(800);
  expect((await survey.ask("/data?userId=ada")).body.type).toBe("urn:vigie:problem:redcap-timeout");
  expect(await survey.metric("redcap_breaker_open")).toBe(1);
  expect((await survey.ask("/requests?userId=ada")).body.type).toBe("urn:vigie:problem:redcap-open");
});

test("fails with 502 on an answer that is larger than is taken, asks once, and opens no breaker", async () => {
  const huge = createServer((_request, response) => response.end(`[${" ".repeat(5 * 1024 * 1024)}]`));
  await new Promise<void>((resolve) => huge.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(huge.address() as AddressInfo).port}/api/`;
  const own = await startSurvey({ ...standIn, url }, redis.settings("survey"), { cacheSeconds: 0 });
  try {
    for (let time = 0; time < 8; time += 1) {
      const answer = await own.ask("/data?userId=ada");
      expect(answer.body).toMatchObject({ status: 502, type: "urn:vigie:problem:redcap-too-large" });
      expect(answer.headers.get("retry-after")).toBeNull();
    }
    expect(await own.metric('redcap_calls_total{call="data",outcome="too-large"}')).toBe(8);
    expect(await own.metric("redcap_breaker_open")).toBe(0);
  } finally {
    await own.close();
    huge.closeAllConnections();
    huge.close();
  }
});

test("a breaker whose try fails stays open", async () => {
  await standIn.fail({ status: 500 });
  for (let time = 0; time < 3; time += 1) await survey.ask("/requests?userId=ada");
  await sleep(800);
  await survey.ask("/requests?userId=ada");
  expect(await survey.metric("redcap_breaker_open")).toBe(1);
  expect((await survey.ask("/requests?userId=ada")).body.type).toBe("urn:vigie:problem:redcap-open");
});

let lastFile = "";

function fileWith(text: string): string {
  lastFile = `${standIn.tokenFile}-own`;
  writeFileSync(lastFile, text);
  return lastFile;
}
