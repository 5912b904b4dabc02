import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { newAuthority, selfSigned } from "../health/certificates.ts";
import { API_KEY, linkOf, secretFile } from "./client.ts";
import { type MailServer, newMailServer } from "./mail-server.ts";
import { endAll, start, startReady } from "./running.ts";

const JANE = "jane.doe@example.org";

let redis: RedisServer;
let mailServer: MailServer | undefined;

beforeAll(async () => {
  redis = await newRedisServer(["auth"]);
});

afterEach(async () => {
  endAll();
  await mailServer?.close();
  mailServer = undefined;
  await redis.administrator.flushall();
});

afterAll(() => redis.remove());

test("signs in, logs who by the id alone, and stops with code 0", async () => {
  mailServer = await newMailServer();
  const service = await startReady(redis, { SMTP_URL: `smtp://127.0.0.1:${mailServer.port}` });
  expect((await service.post("signup", { email: "Jane.Doe@example.org" })).status).toBe(202);
  const link = linkOf(mailServer.mails[0]);
  expect(await (await service.post("verify", link)).json()).toEqual({
    data: { userId: link.userId, email: JANE, roles: ["user"] },
  });
  expect((await service.post("verify", link)).status).toBe(401);
  mailServer.mood = "try-later";
  expect((await service.post("login", { email: JANE })).status).toBe(503);
  mailServer.mood = "no-such-mailbox";
  expect((await service.post("login", { email: JANE })).status).toBe(202);
  expect((await service.post("logout", { userId: link.userId })).status).toBe(204);
  service.process.kill("SIGTERM");
  expect(await service.ended()).toBe(0);

  const written = service.written();
  const lines = written
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
  expect(lines.filter(({ user_id }) => user_id === link.userId).map(({ message }) => message)).toEqual([
    "a link was sent",
    "somebody signed in",
    "a link was refused",
    "the mail server takes no mail for this address",
    "somebody signed out",
  ]);
  expect(written.toLowerCase()).not.toMatch(/jane|@example\.org/);
  expect(written).not.toContain(link.secret);
  expect(written).not.toContain(API_KEY);
});

test("signs in at a mail server over TLS", async () => {
  const authority = newAuthority();
  mailServer = await newMailServer(authority.issue());
  const service = await startReady(redis, {
    SMTP_URL: `smtps://127.0.0.1:${mailServer.port}`,
    SMTP_USER: "surveys",
    SMTP_PASSWORD_FILE: secretFile("the password"),
    NODE_EXTRA_CA_CERTS: authority.file,
  });
  expect((await service.post("login", { email: JANE })).status).toBe(202);
  expect(mailServer.signedIn).toEqual([["surveys", "the password"]]);
  expect(mailServer.mails.map(({ to }) => to)).toEqual([[JANE]]);
  expect(service.written()).not.toContain("the password");
});

test("sends nothing to a mail server whose certificate nobody vouches for", async () => {
  mailServer = await newMailServer(selfSigned());
  const service = await startReady(redis, {
    SMTP_URL: `smtps://127.0.0.1:${mailServer.port}`,
    SMTP_USER: "surveys",
    SMTP_PASSWORD_FILE: secretFile("the password"),
  });
  expect((await service.post("login", { email: JANE })).status).toBe(503);
  expect([mailServer.said, mailServer.signedIn]).toEqual([[], []]);
});

test("fails to start naming every setting, with exit code 78", async () => {
  const service = await start({});
  expect(await service.ended()).toBe(78);
  for (const name of ["SMTP_URL", "MAIL_FROM", "PUBLIC_URL", "USER_ID_KEY_FILE", "REDIS_HOST"]) {
    expect(service.written()).toContain(name);
  }
});
