import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { networkOf } from "../../src/gateway/caller-address.ts";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, type Gateway, newGateway, problemOf, startBehind } from "./client.ts";

let redis: RedisServer;
let behind: Behind;
let gateways: Gateway[];

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateways = await Promise.all([1, 2].map(() => newGateway(redis, behind, { rateLimitPerMinute: 30 })));
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

/** Statuses of many requests, by turns to the two gateways. */
async function statuses(count: number, url: string, headers: Record<string, string> = {}): Promise<number[]> {
  const asked = Array.from({ length: count }, (_, index) => gateways[index % 2]?.ask({ url, headers }));
  return (await Promise.all(asked)).map((answer) => answer?.statusCode ?? 0);
}

const passed = (all: number[]): number => all.filter((status) => status !== 429).length;
const from = (address: string) => ({ "x-forwarded-for": address });
const signup = (headers: Record<string, string>) => ({
  method: "POST" as const,
  url: "/api/v1/auth/signup",
  payload: { email: "ada@example.org" },
  headers,
});

test("an address has so many requests a minute, of all instances together", async () => {
  expect(passed(await statuses(50, "/api/v1/health", from("192.0.2.1")))).toBe(30);
  expect(passed(await statuses(5, "/api/v1/health", from("192.0.2.2")))).toBe(5);
});

test("one too many is told when to come again", async () => {
  await statuses(30, "/api/v1/me", from("192.0.2.1"));
  const answer = await gateways[0]?.ask({ url: "/api/v1/me", headers: from("192.0.2.1") });
  if (answer === undefined) throw new Error("there is no gateway");
  const body = problemOf(answer);
  expect(body).toMatchObject({ status: 429, type: "urn:vigie:problem:too-many-requests" });
  const seconds = Number(answer.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(body.detail).toBe(`At most 30 requests a minute. Wait ${seconds} s.`);
});

test("after its minute an address may ask again", async () => {
  await statuses(31, "/api/v1/me", from("192.0.2.1"));
  const key = "gateway:limit:address:192.0.2.1";
  expect(await redis.administrator.pttl(key)).toBeGreaterThan(0);
  await redis.administrator.pexpire(key, 1);
  await expect.poll(() => redis.administrator.exists(key)).toBe(0);
  expect(await statuses(1, "/api/v1/me", from("192.0.2.1"))).toEqual([401]);
});

test("whoever is signed in is counted as a user, wherever the requests come from", async () => {
  const cookie = (await gateways[0]?.signIn()) ?? "";
  const asked = Array.from({ length: 40 }, (_, index) =>
    gateways[index % 2]?.ask({ url: "/api/v1/me", headers: { cookie, ...from(`192.0.2.${index}`) } }),
  );
  const all = (await Promise.all(asked)).map((answer) => answer?.statusCode);
  expect(all.filter((status) => status === 200)).toHaveLength(30);
  expect(all.filter((status) => status === 429)).toHaveLength(10);
  // Others at those addresses still may.
  expect(await statuses(1, "/api/v1/me", from("192.0.2.1"))).toEqual([401]);
});

test("signing in is for 20 requests a minute of an address", async () => {
  behind.auth.answer(() => ({ status: 202, body: { data: { expires: "2026-11-30T12:00:00.000Z" } } }));
  const many = await Promise.all(
    Array.from({ length: 25 }, (_, index) => gateways[index % 2]?.ask(signup(from("192.0.2.1")))),
  );
  expect(many.filter((answer) => answer?.statusCode === 202)).toHaveLength(20);
  expect(behind.auth.received).toHaveLength(20);
  const logout = { method: "POST", url: "/api/v1/auth/logout", headers: from("192.0.2.1") } as const;
  expect((await gateways[0]?.ask(logout))?.statusCode).toBe(204);
});

const sent = { status: 202, body: { data: { expires: "2026-11-30T12:00:00.000Z" } } };
const minuteOver = async (): Promise<void> => {
  const keys = await redis.administrator.keys("gateway:limit:auth:*");
  if (keys.length > 0) await redis.administrator.del(...keys);
};

test("links are 30 an hour for one caller; what mails nothing doesn't count", async () => {
  behind.auth.answer(() => sent);
  const ask = async (payload: object) => {
    await minuteOver();
    return gateways[0]?.app.inject({ ...signup(from("192.0.2.1")), payload });
  };
  for (let time = 0; time < 5; time += 1) expect((await ask({ email: "nobody" }))?.statusCode).toBe(400);
  for (let time = 0; time < 30; time += 1) {
    expect((await ask({ email: `ada+${time}@example.org` }))?.statusCode).toBe(202);
  }
  const refused = await ask({ email: "eve@example.org" });
  if (refused === undefined) throw new Error("there is no gateway");
  expect(problemOf(refused)).toMatchObject({
    status: 429,
    detail: expect.stringMatching(/^At most 30 requests an hour/),
  });
  const seconds = Number(refused.headers["retry-after"]);
  expect(seconds).toBeGreaterThan(3500);
  expect(seconds).toBeLessThanOrEqual(3600);
  expect(behind.auth.received).toHaveLength(30);
  expect((await gateways[1]?.ask(signup(from("192.0.2.2"))))?.statusCode).toBe(202);
});

test("links are 1000 an hour for all together", async () => {
  behind.auth.answer(() => sent);
  expect((await gateways[0]?.ask(signup(from("192.0.2.1"))))?.statusCode).toBe(202);
  await redis.administrator.set("gateway:limit:links-of-all", "999", "KEEPTTL");
  expect((await gateways[0]?.ask(signup(from("192.0.2.2"))))?.statusCode).toBe(202);
  expect((await gateways[1]?.ask(signup(from("192.0.2.3"))))?.statusCode).toBe(429);
  expect(behind.auth.received).toHaveLength(2);
});

// The second one is in a network that an edge could be in, too.
test.each(["192.0.2.9", "10.0.0.9"])(
  "only the edge's word on addresses counts, which is the last: %s",
  async (last) => {
    const made = Array.from({ length: 40 }, (_, index) => from(`198.51.100.${index}, ${last}`));
    const all = await Promise.all(made.map((headers) => gateways[0]?.ask({ url: "/api/v1/me", headers })));
    expect(all.filter((answer) => answer?.statusCode === 401)).toHaveLength(30);
    expect(await redis.administrator.keys("gateway:limit:*")).toEqual([`gateway:limit:address:${last}`]);
  },
);

test("a peer outside of the host's networks speaks for itself alone", async () => {
  const asked = Array.from({ length: 31 }, (_, index) =>
    gateways[0]?.app.inject({ url: "/api/v1/me", headers: from(`192.0.2.${index}`), remoteAddress: "198.51.100.7" }),
  );
  const all = (await Promise.all(asked)).map((answer) => answer?.statusCode ?? 0);
  expect(passed(all)).toBe(30);
  expect(await redis.administrator.keys("gateway:limit:*")).toEqual(["gateway:limit:address:198.51.100.7"]);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["1:2::a:b:c:1.2.3.4", "1:2:0:a::/64"],
])("%s is counted as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
