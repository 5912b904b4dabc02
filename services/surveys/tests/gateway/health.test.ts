import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, type Gateway, newGateway, startBehind } from "./client.ts";
import { problem } from "./upstreams.ts";

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;

const check = { host: "redcap.example", port: 443, tls: true, ok: true, milliseconds: 12.5, why: "" };

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  for (const server of [behind.survey, behind.auth]) server.answer(() => ({ status: 200, body: { status: "ready" } }));
  behind.health.answer(({ url }) => ({ status: 200, body: url === "/ready" ? {} : { data: [check] } }));
  gateway = await newGateway(redis, behind);
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const health = async (): Promise<unknown> => {
  const answer = await gateway.ask("/api/v1/health");
  expect(answer.statusCode).toBe(200);
  return (answer.json() as { data: unknown }).data;
};

test("all is well", async () => {
  const services = { survey: "ok", auth: "ok", health: "ok" };
  expect(await health()).toEqual({ gateway: "ok", services, hosts: { well: 1, failing: 0 } });
  expect(behind.health.received.find(({ url }) => url === "/api/v1/checks")?.headers["x-api-key"]).toBe(
    "the-key-of-health",
  );
});

test("a service that is gone, or says that it isn't ready, is away", async () => {
  await behind.survey.close();
  behind.auth.answer(() => problem(503, "not-ready", "Not ready: Redis."));
  expect(await health()).toMatchObject({
    services: { survey: "away", auth: "away", health: "ok" },
    hosts: { well: 1, failing: 0 },
  });
});

test("without its service, nothing is known of hosts", async () => {
  behind.health.answer(() => "hang");
  const services = { survey: "ok", auth: "ok", health: "away" };
  const before = performance.now();
  expect(await health()).toEqual({ gateway: "ok", services, hosts: "away" });
  expect(performance.now() - before).toBeLessThan(2500);
});

test("asked often, the services are asked once", async () => {
  await Promise.all(Array.from({ length: 20 }, health));
  expect(behind.survey.received).toHaveLength(1);
  expect(behind.health.received).toHaveLength(2);
});
