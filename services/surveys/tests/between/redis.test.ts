import { once } from "node:events";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readEnvironment, SettingsError } from "../../../telemetry/node/index.ts";
import { captureLines } from "../../../telemetry/node/tests/lines.ts";
import { checkRedis, openRedis, readRedisSettings } from "../../src/between/redis.ts";
import { newRedisServer, type RedisServer, whenReady } from "./redis-server.ts";

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await newRedisServer();
});
beforeEach(async () => {
  redis = await whenReady(openRedis(server.settings()));
});
afterEach(() => {
  redis.disconnect();
  vi.restoreAllMocks();
});
afterAll(() => server.remove());

// How long a command took to fail, in milliseconds.
async function failsWithin(milliseconds: number, work: () => Promise<unknown>): Promise<void> {
  const before = performance.now();
  await expect(work()).rejects.toThrow();
  expect(performance.now() - before).toBeLessThan(milliseconds);
}

test("every key gets the prefix", async () => {
  await redis.set("one", "1", "PX", 60_000);
  expect(await redis.get("one")).toBe("1");
  expect(await server.administrator.get("surveys:one")).toBe("1");
  expect(await redis.multi().incr("count").expire("count", 60).exec()).toEqual([
    [null, 1],
    [null, 1],
  ]);
  expect(await server.administrator.ttl("surveys:count")).toBeGreaterThan(50);
});

test.each([["KEYS", "*"], ["FLUSHALL"], ["CONFIG", "GET", "*"], ["INFO"], ["EVAL", "return 1", "0"]])(
  "the user may not: %s",
  async (command, ...more) => {
    await expect(redis.call(command, ...more)).rejects.toThrow("NOPERM");
  },
);

test("the user reaches no other prefix", async () => {
  const other = await whenReady(openRedis({ ...server.settings(), keyPrefix: "catalog:" }));
  await expect(other.get("films")).rejects.toThrow("NOPERM");
  other.disconnect();
});

test("stopped, commands fail at once; it is told once, and is back by itself", async () => {
  const lines = captureLines();
  const told = (text: string) => lines().filter(({ message }) => String(message).startsWith(text)).length;
  await server.stop();
  await vi.waitFor(() => expect(told("Redis is away")).toBe(1));
  await failsWithin(200, () => redis.get("one"));
  await failsWithin(200, () => redis.multi().incr("count").exec());
  await failsWithin(200, () => checkRedis(redis));
  await server.start();
  await whenReady(redis);
  await checkRedis(redis);
  await vi.waitFor(() => expect(told("Redis is back")).toBe(1));
  expect(told("Redis is away")).toBe(1);
});

test("hung, commands fail within a second or so, and a connection is made anew", async () => {
  server.signal("SIGSTOP");
  try {
    await failsWithin(1500, () => redis.get("one"));
    await vi.waitFor(() => expect(redis.status).not.toBe("ready"), { timeout: 5000 });
  } finally {
    server.signal("SIGCONT");
  }
  await whenReady(redis);
  await checkRedis(redis);
});

test("a changed password is taken with the next connection", async () => {
  await server.changePassword("surveys", "another password");
  await server.stop();
  await server.start();
  await whenReady(redis);
  await checkRedis(redis);
});

test("an end of our own is no absence", async () => {
  const lines = captureLines();
  const ended = once(redis, "end");
  redis.disconnect();
  await ended;
  expect(lines()).toEqual([]);
});

test("settings: what is missing or wrong is told together", () => {
  const environment = readEnvironment({ REDIS_PORT: "x" });
  readRedisSettings(environment);
  let refused: unknown;
  try {
    environment.finish();
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(SettingsError);
  const names = (refused as SettingsError).problems.map((problem) => problem.name);
  expect(names).toEqual(["REDIS_HOST", "REDIS_PORT", "REDIS_USER", "REDIS_PASSWORD_FILE", "REDIS_KEY_PREFIX"]);
});
