import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { captureLines } from "../../../telemetry/node/tests/lines.ts";
import { openRedis } from "../../src/between/redis.ts";
import { pauseMs, type UserLock, userLock } from "../../src/survey/user-lock.ts";
import { newRedisServer, type RedisServer, whenReady } from "../between/redis-server.ts";

let server: RedisServer;
let redis: Redis;
let lock: UserLock;

beforeAll(async () => {
  server = await newRedisServer(["survey"]);
});
beforeEach(async () => {
  await server.administrator.flushall();
  redis = await whenReady(openRedis(server.settings("survey")));
  lock = userLock(redis, { leaseMs: 5000, waitMs: 1000 });
});
afterEach(() => {
  vi.restoreAllMocks();
  redis.disconnect();
});
afterAll(() => server.remove());

test("the pause between two tries grows, up to a quarter of a second, and differs by chance", () => {
  const pauses = (tries: number) => Array.from({ length: 200 }, () => pauseMs(tries));
  for (const [tries, longest] of [
    [0, 10],
    [1, 15],
    [4, 50.625],
    [8, 250],
    [1000, 250],
  ] as const) {
    const found = pauses(tries);
    expect(Math.max(...found)).toBeLessThanOrEqual(longest);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(longest / 2);
    expect(new Set(found).size).toBeGreaterThan(100);
  }
});

test("whoever waits for long asks less and less often", async () => {
  await lock.take("ada", () => {});
  const set = vi.spyOn(redis, "set");
  await expect(lock.take("ada", () => {})).rejects.toMatchObject({ name: "LockBusy" });
  // With 40 ms at most it would be 25 tries at least.
  expect(set.mock.calls.length).toBeLessThan(25);
  expect(set.mock.calls.length).toBeGreaterThan(5);
});

test("a lock that another one got while it was given back stays the other's, and that is told", async () => {
  const held = await lock.take("ada", () => {});
  const get = redis.get.bind(redis);
  vi.spyOn(redis, "get").mockImplementationOnce(async (key) => {
    const token = await get(key);
    await server.administrator.set("survey:lock:ada", "another's");
    return token;
  });
  const lines = captureLines();
  await held.release();
  expect(lines().map(({ message }) => message)).toContain("a lock had ended before it was given back");
  expect(await server.administrator.get("survey:lock:ada")).toBe("another's");
});

test("what is watched by one that couldn't be given back makes no other one's transaction void", async () => {
  const [first, second] = [await lock.take("ada", () => {}), await lock.take("bob", () => {})];
  vi.spyOn(redis, "get").mockRejectedValueOnce(new Error("no answer"));
  await first.release();
  await server.administrator.set("survey:lock:ada", "another's");
  const ended = await redis.multi().set("anything", "1").exec();
  expect(ended).not.toBeNull();
  await second.release();
  expect(await server.administrator.exists("survey:lock:bob")).toBe(0);
});
