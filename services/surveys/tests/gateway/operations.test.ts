import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, type Gateway, newGateway, problemOf, startBehind } from "./client.ts";

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateway = await newGateway(redis, behind);
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
});
afterAll(() => redis.remove());

const visitor = { "x-forwarded-host": "surveys.example", "x-forwarded-for": "192.0.2.1" };

test.each(["/metrics", "/health", "/ready"])("%s is for the platform, and not there for visitors", async (url) => {
  expect((await gateway.ask(url)).statusCode).toBe(200);
  for (const asked of [url, `${url}?more=1`]) {
    for (const host of ["surveys.example", ""]) {
      const answer = await gateway.ask({ url: asked, headers: { ...visitor, "x-forwarded-host": host } });
      expect(problemOf(answer)).toMatchObject({ status: 404, detail: "There is nothing at this address." });
    }
  }
  expect((await gateway.ask({ method: "HEAD", url, headers: visitor })).statusCode).toBe(404);
});

test("visitors have everything else", async () => {
  expect((await gateway.ask({ url: "/api/v1/health", headers: visitor })).statusCode).toBe(200);
});
