import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { linksOf } from "../../src/auth/service.ts";
import { openRedis } from "../../src/between/redis.ts";
import { newRedisServer, type RedisServer, whenReady } from "../between/redis-server.ts";
import { type Client, linkOf, newClient, problemOf } from "./client.ts";
import { type MailServer, newMailServer } from "./mail-server.ts";
import { smtpSettings } from "./smtp-settings.ts";

const JANE = "jane@example.org";

let redisServer: RedisServer;
let redis: Redis;
let mailServer: MailServer;
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
  mailServer = await newMailServer();
  client = await newClient(linksOf(smtpSettings(redisServer, mailServer), redis));
});

afterEach(() => mailServer.close());

const keys = () => redisServer.administrator.keys("*");
const kinds = async () => (await keys()).map((key) => key.split(":")[1]).sort();

test.each(["signup", "login"])("%s mails a link in plain text, for one address", async (path) => {
  const before = Date.now();
  const answer = await client.post(path, { email: JANE });
  expect(answer.statusCode).toBe(202);
  const { data } = answer.json() as { data: { expires: string } };
  // Whose link it is, nobody has to know who only knows an address.
  expect(Object.keys(data)).toEqual(["expires"]);
  expect(Date.parse(data.expires) - before).toBeGreaterThanOrEqual(15 * 60_000);
  expect(Date.parse(data.expires) - before).toBeLessThan(16 * 60_000);

  expect(mailServer.mails).toHaveLength(1);
  const [mail] = mailServer.mails;
  expect(mail).toMatchObject({ from: "surveys@example.org", to: [JANE] });
  expect(mail?.headers).toMatchObject({
    subject: ["Your link to sign in"],
    from: ["Surveys <surveys@example.org>"],
    to: [JANE],
    "auto-submitted": ["auto-generated"],
  });
  expect(mail?.headers["content-type"]?.[0]).toMatch(/^text\/plain;/);
  const { userId, secret } = linkOf(mail);
  expect(mail?.text).toContain(`https://surveys.example.org/api/v1/auth/verify?userId=${userId}&secret=${secret}\n`);
  expect(mail?.text).toContain("It holds for 15 minutes, and once.");
  expect(userId).toMatch(/^[0-9a-f]{20}$/);
  expect(Buffer.from(secret, "base64url")).toHaveLength(32);
});

test("a link signs in once", async () => {
  await client.post("login", { email: JANE });
  const link = linkOf(mailServer.mails[0]);
  const answer = await client.post("verify", link);
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { data: { userId: link.userId, email: JANE, roles: ["user"] } },
  ]);
  expect((await client.post("verify", link)).statusCode).toBe(401);
  expect(await client.metrics()).toContain('auth_verified_total{outcome="ok"} 1');
  expect(await client.metrics()).toContain('auth_verified_total{outcome="refused"} 1');
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="sent"} 1');
});

test("of twenty who use a link at the same moment, one signs in", async () => {
  await client.post("login", { email: JANE });
  const link = linkOf(mailServer.mails[0]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.post("verify", link)));
  const statuses = answers.map(({ statusCode }) => statusCode).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
});

test("wrong, used and over are one answer", async () => {
  await client.post("login", { email: JANE });
  await client.post("login", { email: JANE });
  await client.post("login", { email: "john@example.org" });
  const [used, over, johns] = mailServer.mails.map(linkOf);
  await client.post("verify", used ?? {});
  for (const key of await keys()) {
    if (key.includes(`link:${over?.userId}`)) await redisServer.administrator.pexpire(key, 1);
  }
  await expect.poll(async () => (await kinds()).filter((kind) => kind === "link")).toHaveLength(1);
  const wrong = { userId: johns?.userId ?? "", secret: "A".repeat(43) };
  const anothers = { userId: used?.userId ?? "", secret: johns?.secret ?? "" };
  const bodies = [];
  for (const link of [used, over, wrong, anothers]) {
    const { request_id, ...body } = problemOf(await client.post("verify", link ?? {}));
    expect(request_id).toBeTruthy();
    bodies.push(body);
  }
  expect(bodies[0]).toMatchObject({ status: 401, type: "urn:vigie:problem:link-invalid" });
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  // Whoever tried another's secret did not use it up.
  expect((await client.post("verify", johns ?? {})).statusCode).toBe(200);
});

test("Redis has no secret, and every key ends", async () => {
  await client.post("login", { email: JANE });
  const { secret } = linkOf(mailServer.mails[0]);
  expect(await kinds()).toEqual(["link", "sent"]);
  for (const key of await keys()) {
    expect(key).toMatch(/^auth:(link:[0-9a-f]{20}:[0-9a-f]{64}|sent:[0-9a-f]{20})$/);
    expect(`${key} ${await redisServer.administrator.get(key)}`).not.toContain(secret);
    const seconds = await redisServer.administrator.ttl(key);
    expect(seconds).toBeGreaterThan(14 * 60);
    expect(seconds).toBeLessThanOrEqual(15 * 60);
  }
  await client.post("verify", linkOf(mailServer.mails[0]));
  expect(await kinds()).toEqual(["sent"]);
});

test("an address is one however it is written", async () => {
  await client.post("signup", { email: "Jane@Example.ORG" });
  await client.post("login", { email: JANE });
  const [first, second] = mailServer.mails.map(linkOf);
  expect(second?.userId).toBe(first?.userId);
  // It goes to the address that the id is made from: where letters matter, that may be another mailbox.
  expect(mailServer.mails.map(({ to }) => to)).toEqual([[JANE], [JANE]]);
});

test("at most five links for one address while one holds, also at the same moment; nobody sees which are mailed", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => client.post(index % 2 === 0 ? "login" : "signup", { email: JANE })),
  );
  expect(mailServer.mails).toHaveLength(5);
  for (const answer of answers) {
    expect([answer.statusCode, Object.keys(answer.json().data)]).toEqual([202, ["expires"]]);
    const left = Date.parse(answer.json().data.expires) - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThanOrEqual(15 * 60_000);
  }
  expect((await client.post("login", { email: "john@example.org" })).statusCode).toBe(202);
  expect(mailServer.mails).toHaveLength(6);
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="limited"} 3');
  // Those that were mailed hold.
  expect((await client.post("verify", linkOf(mailServer.mails[0]))).statusCode).toBe(200);
  // The time is over.
  await redisServer.administrator.del(...(await keys()).filter((key) => key.includes(":sent:")));
  await client.post("login", { email: JANE });
  expect(mailServer.mails).toHaveLength(7);
});
