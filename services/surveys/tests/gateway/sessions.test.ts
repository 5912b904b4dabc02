import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openRedis } from "../../src/between/redis.ts";
import { redisSessions, type Session, type SessionOptions, type Sessions } from "../../src/gateway/sessions.ts";
import { newRedisServer, type RedisServer, whenReady } from "../between/redis-server.ts";
import { ada, type Behind, cookieOf, newGateway, startBehind } from "./client.ts";

const HOUR = 3_600_000;

let server: RedisServer;
let redis: Redis;
let registry: Registry;
let sessions: Sessions;

beforeAll(async () => {
  server = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  redis = await whenReady(openRedis(server.settings("gateway")));
  registry = new Registry();
  sessions = open();
});
afterEach(async () => {
  vi.useRealTimers();
  redis.disconnect();
  await server.administrator.flushall();
});
afterAll(() => server.remove());

function open(changed: Partial<SessionOptions> = {}): Sessions {
  return redisSessions(redis, { idleMs: 8 * HOUR, registry, ...changed });
}

async function found(id: string): Promise<Session> {
  const session = await sessions.find(id);
  if (session === undefined) throw new Error("there is no such session");
  return session;
}

/** The id after this one, once it is due. */
async function rotated(id: string): Promise<string> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR / 4 });
  const next = await sessions.rotate(await found(id));
  if (next === undefined) throw new Error("it kept its id");
  return next;
}

const count = async (event: string): Promise<number> => {
  const { values } = (await registry.getSingleMetric("gateway_sessions_total")?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels.event === event)?.value ?? Number.NaN;
};

test("an id is 32 random bytes, and Redis has only its SHA-256", async () => {
  const id = await sessions.begin(ada);
  expect(Buffer.from(id, "base64url")).toHaveLength(32);
  const keys = await server.administrator.keys("*");
  expect(keys).toEqual([`gateway:session:${createHash("sha256").update(id).digest("hex")}`]);
  expect(await server.administrator.get(keys[0] ?? "")).not.toContain(id);
  expect((await found(id)).user).toEqual(ada);
  expect(await sessions.begin(ada)).not.toBe(id);
});

test("an id that was never given is nobody's", async () => {
  const ids = ["", "x", "a".repeat(43), `${"a".repeat(42)}*`, "a".repeat(10_000)];
  for (const id of ids) {
    expect(await sessions.find(id)).toBeUndefined();
    expect(await sessions.end(id)).toBeUndefined();
  }
  expect(await count("unknown")).toBe(ids.length);
});

test("each use puts the end off, by the time that a session may rest", async () => {
  const id = await sessions.begin(ada);
  const [key = ""] = await server.administrator.keys("gateway:session:*");
  expect(await server.administrator.pttl(key)).toBeGreaterThan(8 * HOUR - 60_000);
  await server.administrator.pexpire(key, HOUR);
  await found(id);
  expect(await server.administrator.pttl(key)).toBeGreaterThan(8 * HOUR - 60_000);
  await server.administrator.del(key);
  expect(await sessions.find(id)).toBeUndefined();
});

test("after a day it ends, however much it is used", async () => {
  const id = await sessions.begin(ada);
  const began = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: began + 24 * HOUR - 60_000 });
  const next = await sessions.rotate(await found(id));
  expect(next).toBeDefined();
  vi.setSystemTime(began + 24 * HOUR + 1000);
  expect(await sessions.find(next ?? "")).toBeUndefined();
  expect(await sessions.find(id)).toBeUndefined();
});

test("an id is changed after a quarter of an hour of use; used, the new one leaves the old one 30 s", async () => {
  const id = await sessions.begin(ada);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR / 4 - 5000 });
  expect(await sessions.rotate(await found(id))).toBeUndefined();
  const next = await rotated(id);
  expect((await found(next)).user).toEqual(ada);
  expect((await found(id)).user).toEqual(ada);
  vi.setSystemTime(Date.now() + 31_000);
  expect(await sessions.find(id)).toBeUndefined();
  expect((await found(next)).user).toEqual(ada);
  expect(await count("rotated")).toBe(1);
});

test("the answer with the next id is lost: the old one holds, and gets another", async () => {
  const id = await sessions.begin(ada);
  const lost = await rotated(id);
  vi.setSystemTime(Date.now() + 60_000);
  expect((await found(id)).user).toEqual(ada);
  expect(await sessions.rotate(await found(id))).toBeUndefined();
  // The claim is of real time.
  await server.administrator.del(...(await server.administrator.keys("gateway:rotating:*")));
  const next = await rotated(id);
  expect(await sessions.find(lost)).toBeUndefined();
  expect((await found(next)).user).toEqual(ada);
  vi.setSystemTime(Date.now() + 31_000);
  expect(await sessions.find(id)).toBeUndefined();
});

test("an id whose next one is in use gets no other", async () => {
  sessions = open({ rotateMs: 0, registry: new Registry() });
  const id = await sessions.begin(ada);
  const next = (await sessions.rotate(await found(id))) ?? "";
  await found(next);
  await server.administrator.del(...(await server.administrator.keys("gateway:rotating:*")));
  expect(await sessions.rotate(await found(id))).toBeUndefined();
  expect((await found(next)).user).toEqual(ada);
});

test("of requests that come together one changes the id", async () => {
  const id = await sessions.begin(ada);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
  const session = await found(id);
  const ids = await Promise.all(Array.from({ length: 20 }, () => sessions.rotate(session)));
  expect(ids.filter((next) => next !== undefined)).toHaveLength(1);
  expect(await sessions.rotate(await found(id))).toBeUndefined();
  expect(await server.administrator.keys("gateway:session:*")).toHaveLength(2);
});

test.each(["before", "after"])("an end by the id %s a change ends both", async (which) => {
  const id = await sessions.begin(ada);
  const next = await rotated(id);
  expect(await sessions.end(which === "before" ? id : next)).toEqual(ada);
  expect(await sessions.find(id)).toBeUndefined();
  expect(await sessions.find(next)).toBeUndefined();
  expect(await count("ended")).toBe(1);
});

test("a session that ended meanwhile doesn't live on by a next id", async () => {
  const id = await sessions.begin(ada);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
  const session = await found(id);
  await sessions.end(id);
  expect(await sessions.rotate(session)).toBeUndefined();
  expect(await server.administrator.keys("gateway:session:*")).toEqual([]);
});

test.each(["not JSON", "{}", '{"user":{"userId":"ada"}}'])("the record %j is of no session", async (record) => {
  const id = await sessions.begin(ada);
  const [key = ""] = await server.administrator.keys("gateway:session:*");
  await server.administrator.set(key, record);
  expect(await sessions.find(id)).toBeUndefined();
});

test("an answer gives a browser the next id, and the id before still answers", async () => {
  const behind: Behind = await startBehind();
  const gateway = await newGateway(server, behind, { sessions: { rotateMs: 1, graceMs: 500 } });
  const cookie = await gateway.signIn();
  const me = (header: string) => gateway.ask({ url: "/api/v1/me", headers: { cookie: header } });
  const given = await vi.waitFor(async () => cookieOf(await me(cookie)));
  const again = await me(cookie);
  expect(again.statusCode).toBe(200);
  expect(again.cookies).toEqual([]);
  expect((await me(given)).statusCode).toBe(200);
  await vi.waitFor(async () => expect((await me(cookie)).statusCode).toBe(401));
  const fresh = await gateway.signIn();
  const next = await vi.waitFor(async () => cookieOf(await me(fresh)));
  expect((await me(next)).json()).toEqual({ data: ada });
  await gateway.close();
  await Promise.all(Object.values(behind).map((small) => small.close()));
});
