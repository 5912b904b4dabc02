import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, type Gateway, link, newGateway, ours, problemOf, startBehind } from "./client.ts";

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;
let cookie: string;

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateway = await newGateway(redis, behind, { rateLimitPerMinute: 3 });
  cookie = await gateway.signIn();
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const me = () => gateway.ask({ url: "/api/v1/me", headers: { cookie } });

test("stopped: who needs a session is told so at once, the rest goes on, and sessions are there again", async () => {
  await redis.stop();
  behind.auth.received.splice(0);
  const before = performance.now();
  for (const [method, url] of [
    ["GET", "/api/v1/me"],
    ["GET", "/api/v1/surveys/list"],
    ["POST", "/api/v1/surveys/new"],
    ["POST", "/api/v1/auth/logout"],
  ] as const) {
    const answer = await gateway.ask({ method, url, headers: { ...ours, cookie } });
    expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:sessions-unavailable" });
    expect(answer.headers["retry-after"]).toBe("5");
    expect(answer.cookies).toEqual([]);
  }
  expect(performance.now() - before).toBeLessThan(2000);

  // A link isn't used up where there could be no session.
  const verify = await gateway.ask({ method: "POST", url: "/api/v1/auth/verify", payload: link, headers: ours });
  expect(problemOf(verify).status).toBe(503);
  expect(behind.auth.received).toEqual([]);

  // Limits let pass what they can't count.
  behind.auth.answer(() => ({ status: 202, body: { data: { expires: "2026-11-30T12:00:00.000Z" } } }));
  const payload = { email: "ada@example.org" };
  for (let request = 0; request < 30; request += 1) {
    expect((await gateway.ask({ method: "POST", url: "/api/v1/auth/signup", payload })).statusCode).toBe(202);
  }
  expect((await gateway.ask("/api/v1/health")).statusCode).toBe(200);
  expect((await gateway.ask("/ready")).statusCode).toBe(200);
  expect(problemOf(await gateway.ask("/api/v1/me")).status).toBe(401);

  await redis.start();
  await vi.waitFor(async () => expect((await me()).statusCode).toBe(200), { timeout: 10_000 });
});

test("hung: nobody waits for long", async () => {
  redis.signal("SIGSTOP");
  try {
    const before = performance.now();
    expect(problemOf(await me()).status).toBe(503);
    expect(performance.now() - before).toBeLessThan(2000);
  } finally {
    redis.signal("SIGCONT");
  }
  await vi.waitFor(async () => expect((await me()).statusCode).toBe(200), { timeout: 10_000 });
});

test("a command that Redis refuses counts as away", async () => {
  await redis.administrator.call("ACL", "SETUSER", "gateway", "-getex", "-incr");
  expect(problemOf(await me())).toMatchObject({ status: 503 });
  for (let request = 0; request < 5; request += 1) expect((await gateway.ask("/api/v1/me")).statusCode).toBe(401);
  await redis.administrator.call("ACL", "LOAD");
});

test("what Redis can't count passes", async () => {
  await redis.administrator.rpush("gateway:limit:address:127.0.0.1", "no number");
  for (let request = 0; request < 5; request += 1) expect((await gateway.ask("/api/v1/me")).statusCode).toBe(401);
});
