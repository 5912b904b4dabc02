import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { linksOf } from "../../src/auth/service.ts";
import { openRedis } from "../../src/between/redis.ts";
import { newRedisServer, type RedisServer, whenReady } from "../between/redis-server.ts";
import { type Client, linkOf, newClient, problemOf, secretFile } from "./client.ts";
import { type MailServer, type MailServerMood, newMailServer } from "./mail-server.ts";
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

const links = async () => (await redisServer.administrator.keys("*")).filter((key) => key.includes(":link:"));

test.each<MailServerMood>(["away", "silent", "try-later"])(
  "fails with 503 within seconds on a mail server that is %s, and keeps no link",
  async (mood) => {
    mailServer.mood = mood;
    const begin = performance.now();
    const answer = await client.post("login", { email: JANE });
    expect(performance.now() - begin).toBeLessThan(8000);
    expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:mail-unavailable" });
    expect(answer.headers["retry-after"]).toBe("5");
    expect(await links()).toEqual([]);
    expect(await client.metrics()).toContain('auth_links_sent_total{outcome="unavailable"} 1');
  },
);

test("fails with 504 on a mail server that is slow: the mail may come all the same, and its link signs in then", async () => {
  mailServer.mood = "slow";
  const begin = performance.now();
  const answer = await client.post("login", { email: JANE });
  expect(performance.now() - begin).toBeLessThan(8000);
  expect(problemOf(answer)).toMatchObject({ status: 504, type: "urn:vigie:problem:mail-uncertain" });
  expect(await links()).toHaveLength(1);
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="uncertain"} 1');
  // It counts: it is a mail in a mailbox.
  const [count = ""] = await redisServer.administrator.keys("auth:sent:*");
  expect(await redisServer.administrator.get(count)).toBe("1");
  await expect.poll(() => mailServer.mails).toHaveLength(1);
  expect((await client.post("verify", linkOf(mailServer.mails[0]))).statusCode).toBe(200);
});

test("fails with 503 where no mail server listens", async () => {
  await mailServer.close();
  const answer = await client.post("login", { email: JANE });
  expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:mail-unavailable" });
  mailServer = await newMailServer();
});

test("what could not be sent does not count against an address", async () => {
  mailServer.mood = "away";
  for (let time = 0; time < 7; time += 1) {
    expect((await client.post("login", { email: JANE })).statusCode).toBe(503);
  }
  mailServer.mood = "well";
  for (let time = 0; time < 5; time += 1) {
    expect((await client.post("login", { email: JANE })).statusCode).toBe(202);
  }
  expect(mailServer.mails).toHaveLength(5);
  await client.post("login", { email: JANE });
  expect(mailServer.mails).toHaveLength(5);
});

test("what Redis doesn't count is not mailed", async () => {
  await client.post("login", { email: JANE });
  const [key = ""] = await redisServer.administrator.keys("auth:sent:*");
  await redisServer.administrator.set(key, "no number");
  expect(problemOf(await client.post("login", { email: JANE }))).toMatchObject({
    status: 503,
    type: "urn:vigie:problem:links-unavailable",
  });
  expect(mailServer.mails).toHaveLength(1);
});

test("tells nobody whether there is a mailbox", async () => {
  mailServer.mood = "no-such-mailbox";
  const answer = await client.post("signup", { email: JANE });
  expect(answer.statusCode).toBe(202);
  expect(Object.keys(answer.json().data)).toEqual(["expires"]);
  expect([await links(), mailServer.mails]).toEqual([[], []]);
  expect(await client.metrics()).toContain('auth_links_sent_total{outcome="refused"} 1');
});

test("sends no link without TLS where that is required", async () => {
  client = await newClient(linksOf(smtpSettings(redisServer, mailServer, { requireTls: true }), redis));
  expect(problemOf(await client.post("login", { email: JANE }))).toMatchObject({ status: 503 });
  expect(mailServer.said.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  expect([mailServer.mails, await links()]).toEqual([[], []]);
});

test("sends no password without TLS", async () => {
  const credentials = { user: "surveys", passwordFile: secretFile("the password") };
  client = await newClient(linksOf(smtpSettings(redisServer, mailServer, credentials), redis));
  expect((await client.post("login", { email: JANE })).statusCode).toBe(503);
  expect(mailServer.said.join("\n")).not.toMatch(/AUTH|the password/);
  expect(mailServer.mails).toEqual([]);
});

test.each([
  "jane@example.org\r\nBcc: mallory@example.org",
  "jane@example.org\nSubject: other",
  "jane@example.org, mallory@example.org",
  "jane@example.org;mallory@example.org",
  "Jane <jane@example.org>",
  '"jane mallory@example.org"@example.org',
  "jane(mallory@example.org)@example.org",
  "jane\u0000@example.org",
  "jane\u2028@example.org",
  "jane\\@example.org",
  "[jane]@example.org",
  "jane@[127.0.0.1]",
  // The kelvin sign, whose small letter is "k": in small letters it would be another's address.
  "\u212Aevin@example.org",
  "jane@@example.org",
  ".jane@example.org",
  "ja..ne@example.org",
  "jane@-example.org",
  "jane@example..org",
  `${"x".repeat(65)}@example.org`,
  `jane@${"x".repeat(190)}`,
  "jane",
  "@example.org",
  "",
  null,
  7,
  {},
])("fails on the address %j, and mails nothing", async (email) => {
  const { status, errors } = problemOf(await client.post("signup", { email })) as {
    status: number;
    errors: { parameter: string; allowed: string }[];
  };
  expect([status, errors.map(({ parameter }) => parameter)]).toEqual([400, ["email"]]);
  expect(errors[0]?.allowed).toContain("one address for mail");
  expect([mailServer.said, await redisServer.administrator.dbsize()]).toEqual([[], 0]);
});

test.each(["o+tag@example.org", "a.b_c-d/e=f@x.example.org", "#!$%&*?^`{|}~@example.org", "root@localhost"])(
  "mails to %s as it is, and to nobody else",
  async (email) => {
    expect((await client.post("signup", { email })).statusCode).toBe(202);
    const [mail] = mailServer.mails;
    expect([mail?.to, mail?.headers.to, Object.keys(mail?.headers ?? {}).filter((name) => /cc$/.test(name))]).toEqual([
      [email],
      [email],
      [],
    ]);
    expect((await client.post("verify", linkOf(mail))).json()).toMatchObject({ data: { email } });
  },
);

test("fails with 503 while Redis is away, mails nothing, and works once it is back", async () => {
  await client.post("login", { email: JANE });
  const link = linkOf(mailServer.mails[0]);
  await redisServer.stop();
  try {
    const begin = performance.now();
    for (const answer of [await client.post("login", { email: JANE }), await client.post("verify", link)]) {
      expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:links-unavailable" });
    }
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(mailServer.mails).toHaveLength(1);
  } finally {
    await redisServer.start();
  }
  await expect.poll(async () => (await client.post("verify", link)).statusCode).toBe(200);
});
