import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Asking, askedAll } from "../../telemetry/node/tests/schemathesis.ts";
import { authApi } from "../src/auth/api.ts";
import type { Links } from "../src/auth/links.ts";
import { type CalledServer, newCalledServer } from "../src/between/called.ts";
import { healthApi } from "../src/health/api.ts";
import { API_KEY, secretFile } from "./auth/client.ts";
import { newRedisServer, type RedisServer } from "./between/redis-server.ts";
import { ada, type Gateway, newGateway, ours, startBehind } from "./gateway/client.ts";
import { KEY, startStandIn, startSurvey } from "./survey/running.ts";

let redis: RedisServer;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await newRedisServer(["survey", "gateway"]);
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => redis.remove());

const listening = (app: FastifyInstance) => app.listen({ host: "127.0.0.1", port: 0 });

async function isAnsweredAsDescribed(url: string, asking: Asking): Promise<void> {
  const { well, told } = await askedAll(url, asking);
  expect(well, told).toBe(true);
}

test("survey: whatever is asked is answered as described", async () => {
  const standIn = await startStandIn();
  ends.push(() => standIn.close());
  const survey = await startSurvey(standIn, redis.settings("survey"));
  ends.push(() => survey.close());
  const asking = { description: "/api/v1/surveys/openapi.json", headers: { "x-api-key": KEY } };
  await isAnsweredAsDescribed(survey.url, asking);
}, 300_000);

/** A server that asks its callers for the key. */
function calledServer(service: string): CalledServer {
  const server = newCalledServer({ service, version: "test" }, { auth: "api-key", keysFile: secretFile(API_KEY) });
  ends.push(() => server.app.close());
  return server;
}

test("auth: whatever is asked is answered as described", async () => {
  const links: Links = {
    send: async () => ({ expires: new Date("2026-01-02T03:04:05Z"), outcome: "sent" }),
    verify: async (userId) => ({ userId, email: "ada@example.org", roles: [] }),
  };
  const server = calledServer("auth");
  const given = { links, userIdOf: () => "ada", server, maxEventLoopDelay: 0 };
  await server.app.register(authApi, { ...given, version: "test", registry: server.metrics.registry });
  const asking = { description: "/api/v1/auth/openapi.json", headers: { "x-api-key": API_KEY } };
  await isAnsweredAsDescribed(await listening(server.app), asking);
}, 300_000);

test("health: whatever is asked is answered as described", async () => {
  const server = calledServer("health");
  const watch = { current: async () => [] };
  await server.app.register(healthApi, { watch, server, version: "test", maxEventLoopDelay: 0 });
  const asking = { description: "/api/v1/checks/openapi.json", headers: { "x-api-key": API_KEY } };
  await isAnsweredAsDescribed(await listening(server.app), asking);
}, 300_000);

const at = "2026-01-02T03:04:05.000Z";
const request = { id: "1", createdAt: at, complete: false };
const ofSurvey: Readonly<Record<string, unknown>> = {
  "/requests": [request],
  "/links": [{ id: "1", url: "https://redcap.example/surveys/?s=1" }],
  "/data": [{ record_id: "1" }],
};

/** A gateway without limits, over services that do what they are asked. */
async function startGateway(): Promise<Gateway> {
  const behind = await startBehind();
  ends.push(() => Promise.all(Object.values(behind).map((server) => server.close())));
  behind.auth.answer(({ url }) => {
    if (url.endsWith("/verify")) return { status: 200, body: { data: ada } };
    return url.endsWith("/logout") ? { status: 204 } : { status: 202, body: { data: { expires: at } } };
  });
  behind.survey.answer(({ method, url }) => {
    if (method === "POST") return { status: 201, body: { data: request } };
    if (url.includes("format=csv")) return { status: 200, body: "record_id\n1\n", type: "text/csv; charset=utf-8" };
    const [, data] = Object.entries(ofSurvey).find(([below]) => url.includes(`${below}?`)) ?? [];
    return { status: data === undefined ? 404 : 200, body: { data } };
  });
  behind.health.answer(() => ({ status: 200, body: { data: [] } }));
  const gateway = await newGateway(redis, behind, { limits: { take: async () => {} } });
  ends.push(() => gateway.close());
  return gateway;
}

test("gateway: whatever nobody asks is answered as described", async () => {
  const { app } = await startGateway();
  // Who isn't signed in is told that first, whatever the method.
  await isAnsweredAsDescribed(await listening(app), { headers: ours, except: ["unsupported_method"] });
}, 300_000);

test("gateway: whatever somebody asks is answered as described", async () => {
  const { app, signIn } = await startGateway();
  const headers = { ...ours, cookie: await signIn() };
  // Not the paths that sign somebody out, or in as somebody else.
  await isAnsweredAsDescribed(await listening(app), { headers, only: "/me$|/surveys/" });
}, 300_000);
