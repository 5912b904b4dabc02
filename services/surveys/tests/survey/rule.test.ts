import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openRedis } from "../../src/between/redis.ts";
import { userLock } from "../../src/survey/user-lock.ts";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type StandIn, type Survey, startStandIn, startSurvey } from "./running.ts";

let redis: RedisServer;
let standIn: StandIn;
let one: Survey;
let other: Survey;

beforeAll(async () => {
  redis = await newRedisServer(["survey"]);
});

afterAll(() => redis.remove());

beforeEach(async () => {
  await redis.administrator.flushall();
  standIn = await startStandIn();
  one = await startSurvey(standIn, redis.settings("survey"));
  other = await startSurvey(standIn, redis.settings("survey"));
});

afterEach(async () => {
  await Promise.all([one.close(), other.close(), standIn.close()]);
});

const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

test("of 50 posts at once to two replicas exactly 3 make a request", async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).make("ada")));
  expect(statuses(answers)).toEqual([...Array(3).fill(201), ...Array(47).fill(409)]);
  const records = (await standIn.records()).filter((record) => record.user_id === "ada");
  expect(records.map((record) => record.request_complete)).toEqual(["0", "0", "0"]);
  const made = await Promise.all([one, other].map((survey) => survey.metric("survey_requests_made_total")));
  expect(made.reduce((sum, number) => sum + number)).toBe(3);
});

test("a refusal says what to do, and a completed request makes room for one more", async () => {
  for (let time = 0; time < 3; time += 1) expect((await one.make("ada")).status).toBe(201);
  const refused = await other.make("ada");
  expect(refused.body).toMatchObject({
    status: 409,
    type: "urn:vigie:problem:too-many-incomplete",
    detail: "There may be at most 3 requests that aren't complete. Fill one in, then ask for a new one.",
  });
  const [link] = (await one.ask("/links?userId=ada")).body.data;
  const page = `${new URL(standIn.url).origin}/surveys/${new URL(link.url).search}`;
  expect((await fetch(page, { method: "POST", body: new URLSearchParams({ comment: "fine" }) })).status).toBe(200);
  expect(statuses([await other.make("ada"), await other.make("ada")])).toEqual([201, 409]);
});

test("the rule is of each user alone, and its number a setting", async () => {
  const strict = await startSurvey(standIn, redis.settings("survey"), { incompleteMax: 1 });
  try {
    expect(statuses([await strict.make("ada"), await strict.make("bob")])).toEqual([201, 201]);
    expect((await strict.make("ada")).body.detail).toContain("at most 1 request that isn't complete");
  } finally {
    await strict.close();
  }
});

test("fails with 503 without Redis, since the rule could not be kept, and reads on", async () => {
  await one.make("ada");
  await redis.stop();
  try {
    const refused = await one.make("ada");
    expect(refused.body).toMatchObject({ status: 503, type: "urn:vigie:problem:rule-cannot-be-kept" });
    expect(refused.body.detail).toContain("Redis, by which the number of incomplete requests is kept, doesn't answer");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect((await one.ask("/requests?userId=ada")).body.data).toHaveLength(1);
    expect((await one.ask("/links?userId=ada")).body.data).toHaveLength(1);
    expect((await fetch(`${one.url}/ready`)).status).toBe(200);
  } finally {
    await redis.start();
  }
  await expect.poll(async () => (await one.make("ada")).status).toBe(201);
  expect(await standIn.records()).toHaveLength(2);
});

test("fails with 503 when another request of the same user takes too long", async () => {
  const hasty = await startSurvey(standIn, redis.settings("survey"), { lockWaitMs: 100 });
  try {
    await standIn.fail({ slowMs: 500, only: "import" });
    const first = one.make("ada");
    await expect
      .poll(async () => (await redis.administrator.keys("*")).includes("survey:lock:ada"), { interval: 5 })
      .toBe(true);
    expect((await hasty.make("ada")).body.type).toBe("urn:vigie:problem:request-in-progress");
    expect((await first).status).toBe(201);
  } finally {
    await hasty.close();
  }
});

test("a lock is given back by its owner alone, and ends with its lease", async () => {
  const connection = openRedis(redis.settings("survey"));
  try {
    await expect.poll(() => connection.ping().catch(() => "away")).toBe("PONG");
    const lock = userLock(connection, { leaseMs: 300, waitMs: 1000 });
    const first = await lock.take("ada", () => {});
    expect([await first.heldFor(0), await first.heldFor(1000)]).toEqual([true, false]);
    await sleep(350);
    const second = await lock.take("ada", () => {});
    expect(await first.heldFor(0)).toBe(false);
    await first.release();
    expect(await second.heldFor(0)).toBe(true);
    await second.release();
    expect(await second.heldFor(0)).toBe(false);
  } finally {
    connection.disconnect();
  }
});

test("the user of the service may run no script, as in the stack", async () => {
  const connection = openRedis(redis.settings("survey"));
  try {
    await expect.poll(() => connection.ping().catch(() => "away")).toBe("PONG");
    await expect(connection.eval("return 1", 0)).rejects.toThrow(/NOPERM/);
  } finally {
    connection.disconnect();
  }
});
