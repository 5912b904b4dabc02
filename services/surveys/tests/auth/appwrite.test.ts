import { writeFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { linksOf } from "../../src/auth/service.ts";
import { openRedis } from "../../src/between/redis.ts";
import { newRedisServer, type RedisServer, whenReady } from "../between/redis-server.ts";
import { type AppwriteStandIn, type Fault, newAppwriteStandIn } from "./appwrite-stand-in.ts";
import { type Client, newClient, problemOf, secretFile } from "./client.ts";
import { smtpSettings } from "./smtp-settings.ts";

const JANE = "jane@example.org";
const KEY = "a key of Appwrite's";
const SEND = "POST /v1/account/tokens/magic-url";
const VERIFY = "POST /v1/account/sessions/token";
const ACCOUNT = "GET /v1/account";

let redisServer: RedisServer;
let redis: Redis;
let appwrite: AppwriteStandIn;
let keyFile: string;
let client: Client;

beforeAll(async () => {
  redisServer = await newRedisServer(["auth"]);
  redis = await whenReady(openRedis(redisServer.settings("auth")));
});

afterAll(async () => {
  redis.disconnect();
  await redisServer.remove();
});

beforeEach(async () => {
  await redisServer.administrator.flushall();
  appwrite = await newAppwriteStandIn(KEY);
  keyFile = secretFile(KEY);
  const way = { kind: "appwrite", appwrite: { url: appwrite.url, project: "surveys", keyFile } } as const;
  client = await newClient(linksOf({ ...smtpSettings(redisServer, { port: 1 }), way }, redis));
});

afterEach(() => appwrite.close());

const linkMailed = () => {
  const { userId = "", secret = "" } = appwrite.mailed.at(-1) ?? {};
  return { userId, secret };
};

test("asks Appwrite for a link, and tells nothing of its secret", async () => {
  const answer = await client.post("signup", { email: "Jane@Example.org" }, { "x-request-id": "request-1" });
  expect(answer.statusCode).toBe(202);
  const [request] = appwrite.requests;
  expect(request).toMatchObject({
    asked: SEND,
    headers: {
      "content-type": "application/json",
      "x-appwrite-project": "surveys",
      "x-appwrite-key": KEY,
      "x-request-id": answer.headers["x-request-id"],
    },
    body: {
      userId: expect.stringMatching(/^[0-9a-f]{20}$/),
      email: JANE,
      url: "https://surveys.example.org/api/v1/auth/verify",
    },
  });
  expect(answer.body).not.toContain(linkMailed().secret);
});

test("a link signs in once, with the roles of the labels, and leaves no session", async () => {
  appwrite.labels.set(JANE, ["admin"]);
  await client.post("login", { email: JANE });
  const link = linkMailed();
  const answer = await client.post("verify", link);
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { data: { userId: link.userId, email: JANE, roles: ["user", "admin"] } },
  ]);
  await expect.poll(() => appwrite.sessions()).toBe(0);
  expect(problemOf(await client.post("verify", link))).toMatchObject({
    status: 401,
    type: "urn:vigie:problem:link-invalid",
  });
  expect(await client.metrics()).toContain('auth_verified_total{outcome="refused"} 1');
});

test("somebody whom Appwrite knows keeps the id there, and the first answer tells nobody so", async () => {
  appwrite.known.set(JANE, "from-before");
  const answer = await client.post("login", { email: JANE });
  expect(Object.keys(answer.json().data)).toEqual(["expires"]);
  expect((await client.post("verify", linkMailed())).json()).toMatchObject({ data: { userId: "from-before" } });
});

test("a changed key needs no restart", async () => {
  writeFileSync(keyFile, "another key");
  expect((await client.post("login", { email: JANE })).statusCode).toBe(503);
  writeFileSync(keyFile, KEY);
  expect((await client.post("login", { email: JANE })).statusCode).toBe(202);
});

test("Appwrite has no limit for our key, so ours holds", async () => {
  const statuses = [];
  for (let time = 0; time < 6; time += 1) statuses.push((await client.post("login", { email: JANE })).statusCode);
  expect(statuses).toEqual([202, 202, 202, 202, 202, 202]);
  expect(appwrite.mailed).toHaveLength(5);
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="limited"} 1');
  const [key = ""] = await redisServer.administrator.keys("auth:sent:*");
  expect(await redisServer.administrator.ttl(key)).toBeGreaterThan(3500);
});

test.each<[string, Fault, number, string]>([
  [
    "an address that it does not take",
    { asked: SEND, status: 400, type: "general_argument_invalid" },
    422,
    "address-refused",
  ],
  ["a limit", { asked: SEND, status: 429, type: "general_rate_limit_exceeded" }, 429, "too-many-attempts"],
  [
    "a key without the scope",
    { asked: SEND, status: 401, type: "general_unauthorized_scope" },
    503,
    "sign-in-unavailable",
  ],
  ["a project that is not there", { asked: SEND, status: 404, type: "project_not_found" }, 503, "sign-in-unavailable"],
  ["a failure", { asked: SEND, status: 500, type: "general_unknown" }, 503, "sign-in-unavailable"],
  ["a page of a proxy", { asked: SEND, status: 404, text: "<html>" }, 503, "sign-in-unavailable"],
  ["an answer that is cut", { asked: SEND, status: 201, text: '{"userId": "a' }, 503, "sign-in-unavailable"],
  ["a redirect", { asked: SEND, status: 302, headers: { location: "/v1/x" } }, 503, "sign-in-unavailable"],
])("fails on %s, and does not ask again", async (_name, fault, status, kind) => {
  appwrite.fault = fault;
  const answer = await client.post("login", { email: JANE });
  expect(problemOf(answer)).toMatchObject({ status, type: `urn:vigie:problem:${kind}` });
  expect(appwrite.requests.map(({ asked }) => asked)).toEqual([SEND]);
  if (status !== 422) expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
});

test("tells nobody that an address is known and blocked", async () => {
  appwrite.fault = { asked: SEND, status: 401, type: "user_blocked" };
  const answer = await client.post("login", { email: JANE });
  expect([answer.statusCode, Object.keys(answer.json().data)]).toEqual([202, ["expires"]]);
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="refused"} 1');
});

test.each<[string, Fault, number, string]>([
  ["a user whom it does not know", { asked: VERIFY, status: 404, type: "user_not_found" }, 401, "link-invalid"],
  ["somebody who is blocked", { asked: VERIFY, status: 401, type: "user_blocked" }, 401, "link-invalid"],
  ["a second factor", { asked: ACCOUNT, status: 401, type: "user_more_factors_required" }, 401, "link-invalid"],
  ["a link in a wrong form", { asked: VERIFY, status: 400, type: "general_argument_invalid" }, 401, "link-invalid"],
  ["a limit", { asked: VERIFY, status: 429, type: "general_rate_limit_exceeded" }, 429, "too-many-attempts"],
  [
    "a key that it does not take",
    { asked: VERIFY, status: 401, type: "general_access_forbidden" },
    503,
    "sign-in-unavailable",
  ],
  ["a failure", { asked: VERIFY, status: 503, type: "general_unknown" }, 503, "sign-in-unavailable"],
  [
    "a failure after the link was used",
    { asked: ACCOUNT, status: 500, type: "general_unknown" },
    503,
    "sign-in-unavailable",
  ],
  [
    "an account without an address",
    { asked: ACCOUNT, text: '{"$id": "u1", "email": "", "labels": []}' },
    503,
    "sign-in-unavailable",
  ],
])("fails on %s when a link is used", async (_name, fault, status, kind) => {
  await client.post("login", { email: JANE });
  appwrite.fault = fault;
  const answer = await client.post("verify", linkMailed());
  expect(problemOf(answer)).toMatchObject({ status, type: `urn:vigie:problem:${kind}` });
  expect(appwrite.requests.filter(({ asked }) => asked === VERIFY)).toHaveLength(1);
  await expect.poll(() => appwrite.sessions()).toBe(0);
});

test("says how long a limit of Appwrite's lasts", async () => {
  const reset = String(Math.floor(Date.now() / 1000) + 90);
  appwrite.fault = {
    asked: SEND,
    status: 429,
    type: "general_rate_limit_exceeded",
    headers: { "x-ratelimit-reset": reset },
  };
  const seconds = Number((await client.post("login", { email: JANE })).headers["retry-after"]);
  expect(seconds).toBeGreaterThan(80);
  expect(seconds).toBeLessThanOrEqual(90);
});

test("fails with 503 after 5 seconds without an answer, and at once without a server", async () => {
  appwrite.fault = { asked: SEND, silent: true };
  const begin = performance.now();
  expect((await client.post("login", { email: JANE })).statusCode).toBe(503);
  expect(performance.now() - begin).toBeLessThan(8000);
  await appwrite.close();
  expect((await client.post("verify", { userId: "u1", secret: "a".repeat(64) })).statusCode).toBe(503);
  appwrite = await newAppwriteStandIn(KEY);
});
