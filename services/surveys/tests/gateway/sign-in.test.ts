import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import {
  ada,
  type Behind,
  cookieOf,
  type Gateway,
  link,
  newGateway,
  ORIGIN,
  ours,
  problemOf,
  startBehind,
} from "./client.ts";
import { problem } from "./upstreams.ts";

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
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const VERIFY = "/api/v1/auth/verify";
const form = { ...ours, "content-type": "application/x-www-form-urlencoded" };

test.each(["signup", "login"])("%s: the address goes to the service that mails links", async (path) => {
  const data = { expires: "2026-11-30T12:00:00.000Z" };
  behind.auth.answer(() => ({ status: 202, body: { data: { ...data, userId: "ada", secret: "never" } } }));
  const url = `/api/v1/auth/${path}`;
  const payload = { email: "ada@example.org" };
  const answer = await gateway.ask({ method: "POST", url, payload, headers: { "x-request-id": "r-1" } });
  expect(answer.statusCode).toBe(202);
  expect(answer.json()).toEqual({ data });
  expect(behind.auth.received).toHaveLength(1);
  const [received] = behind.auth.received;
  expect(received).toMatchObject({ method: "POST", url, body: payload });
  expect(received?.headers).toMatchObject({ "x-api-key": "the-key-of-auth", "x-request-id": "r-1" });
});

test.each([{}, { email: "nobody" }, { email: 7 }, { email: "a@example.org", userId: "eve" }])(
  "fails on the address %j",
  async (payload) => {
    const answer = await gateway.ask({ method: "POST", url: "/api/v1/auth/signup", payload });
    expect(problemOf(answer)).toMatchObject({ status: 400, type: "urn:vigie:problem:invalid-parameters" });
    expect(behind.auth.received).toEqual([]);
  },
);

test("a mailed link leads to its page, and uses nothing up", async () => {
  // Appwrite adds two of its own to the link.
  const answer = await gateway.ask({ url: VERIFY, query: { ...link, expire: "2026-11-30", project: "surveys" } });
  expect(answer.statusCode).toBe(303);
  expect(answer.headers.location).toBe(`/sign-in/link?userId=ada&secret=${link.secret}`);
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.headers["referrer-policy"]).toBe("strict-origin");
  expect(answer.cookies).toEqual([]);
  expect(behind.auth.received).toEqual([]);
});

test.each([
  { userId: '"><script>', secret: link.secret },
  { userId: "ada", secret: '"><script>alert(1)</script>' },
])("fails on a link that was tampered with: %j", async (query) => {
  const answer = await gateway.ask({ url: VERIFY, query });
  expect(problemOf(answer).status).toBe(400);
});

test("JSON signs in: the answer says who, and the cookie is out of reach of scripts and other sites", async () => {
  const answer = await gateway.ask({ method: "POST", url: VERIFY, payload: link, headers: ours });
  expect(answer.json()).toEqual({ data: ada });
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.headers["set-cookie"]).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(behind.auth.received[0]).toMatchObject({ url: VERIFY, body: link });
  const me = await gateway.ask({ url: "/api/v1/me", headers: { cookie: cookieOf(answer) } });
  expect(me.json()).toEqual({ data: ada });
  expect(me.headers["cache-control"]).toBe("no-store");
});

test("a form signs in, and leads on", async () => {
  const payload = new URLSearchParams(link).toString();
  const answer = await gateway.ask({ method: "POST", url: VERIFY, payload, headers: form });
  expect(answer.statusCode, answer.body).toBe(303);
  expect(answer.headers.location).toBe("/requests");
  const me = await gateway.ask({ url: "/api/v1/me", headers: { cookie: cookieOf(answer) } });
  expect(me.statusCode).toBe(200);
});

test("over TLS the cookie is the host's own, and Secure", async () => {
  const secure = await newGateway(redis, behind, { secure: true });
  const answer = await secure.ask({ method: "POST", url: VERIFY, payload: link, headers: ours });
  expect(answer.headers["set-cookie"]).toMatch(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const cookie = cookieOf(answer);
  expect((await secure.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(200);
  const unprefixed = cookie.replace("__Host-", "");
  expect((await secure.ask({ url: "/api/v1/me", headers: { cookie: unprefixed } })).statusCode).toBe(401);
  await secure.close();
});

test("a link that is over signs nobody in, in the words of the service that knows", async () => {
  behind.auth.answer(() => problem(401, "link-invalid", "This link is over."));
  const answer = await gateway.ask({ method: "POST", url: VERIFY, payload: link, headers: ours });
  expect(problemOf(answer)).toMatchObject({ type: "urn:vigie:problem:link-invalid", detail: "This link is over." });
  expect(answer.cookies).toEqual([]);
});

test("a user of another form than agreed is nobody", async () => {
  behind.auth.answer(() => ({ status: 200, body: { data: { ...ada, userId: "../admin" } } }));
  const answer = await gateway.ask({ method: "POST", url: VERIFY, payload: link, headers: ours });
  expect(problemOf(answer)).toMatchObject({ status: 502 });
  expect(answer.cookies).toEqual([]);
});

test("a new sign-in ends the session before, and never takes up an id that was brought along", async () => {
  const before = await gateway.signIn();
  const after = await gateway.signIn({ cookie: before });
  expect(after).not.toBe(before);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie: before } })).statusCode).toBe(401);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie: after } })).statusCode).toBe(200);
});

test("where somebody else is signed in, a link is refused and not used up", async () => {
  const cookie = await gateway.signIn();
  const asked = behind.auth.received.length;
  const payload = { ...link, userId: "eve" };
  for (const headers of [
    { ...ours, cookie },
    { ...form, cookie },
  ]) {
    const isForm = "content-type" in headers;
    const body = isForm ? new URLSearchParams(payload).toString() : payload;
    const answer = await gateway.ask({ method: "POST", url: VERIFY, payload: body, headers });
    expect(problemOf(answer)).toMatchObject({ status: 409, type: "urn:vigie:problem:signed-in-already" });
    expect(answer.cookies).toEqual([]);
  }
  expect(behind.auth.received).toHaveLength(asked);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).json()).toEqual({ data: ada });
  // A session that has ended is nobody's.
  await gateway.ask({ method: "POST", url: "/api/v1/auth/logout", headers: { ...ours, cookie } });
  expect((await gateway.ask({ method: "POST", url: VERIFY, payload, headers: { ...ours, cookie } })).statusCode).toBe(
    200,
  );
});

test("signing out ends the session, clears the cookie, and is noted by the service that signs people in", async () => {
  const cookie = await gateway.signIn();
  const answer = await gateway.ask({ method: "POST", url: "/api/v1/auth/logout", headers: { ...ours, cookie } });
  expect(answer.statusCode).toBe(204);
  expect(answer.headers["set-cookie"]).toMatch(/^session=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(401);
  expect(behind.auth.received.at(-1)).toMatchObject({ url: "/api/v1/auth/logout", body: { userId: "ada" } });
  expect(await redis.administrator.keys("gateway:session:*")).toEqual([]);
});

test("signing out needs nobody: neither a session nor the other service", async () => {
  const logout = { method: "POST", url: "/api/v1/auth/logout" } as const;
  expect((await gateway.ask(logout)).statusCode).toBe(204);
  const cookie = await gateway.signIn();
  await behind.auth.close();
  expect((await gateway.ask({ ...logout, headers: { ...ours, cookie } })).statusCode).toBe(204);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(401);
});

test("another site can't have anything changed", async () => {
  const cookie = await gateway.signIn();
  const logout = (headers: Record<string, string>) =>
    gateway.ask({ method: "POST", url: "/api/v1/auth/logout", headers: { cookie, ...headers } });
  const foreign: Record<string, string>[] = [
    {},
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `${ORIGIN}.evil.example` },
    { origin: "http://surveys.example" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: ORIGIN },
    { "sec-fetch-site": "none" },
  ];
  for (const headers of foreign) {
    expect(problemOf(await logout(headers)), JSON.stringify(headers)).toMatchObject({
      status: 403,
      type: "urn:vigie:problem:other-site",
    });
  }
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(200);
  expect((await logout({ "sec-fetch-site": "same-origin", origin: "null" })).statusCode).toBe(204);
});

test("another site can't sign anybody in either, though nobody is yet", async () => {
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const answer = await gateway.ask({ method: "POST", url: VERIFY, payload: link, headers });
    expect(problemOf(answer).status).toBe(403);
  }
  expect(behind.auth.received).toEqual([]);
  expect((await gateway.ask({ method: "POST", url: VERIFY, payload: link })).statusCode).toBe(200);
});

test.each(["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])(
  "a body is JSON, not %s",
  async (type) => {
    const url = "/api/v1/auth/signup";
    const answer = await gateway.ask({
      method: "POST",
      url,
      payload: "email=a%40b",
      headers: { "content-type": type },
    });
    expect(problemOf(answer).status).toBe(415);
  },
);
