import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../../between/redis-server.ts";
import { type Behind, cookieOf, type Gateway, link, newGateway, ours, problemOf, startBehind } from "../client.ts";
import { problem } from "../upstreams.ts";

const request = (id: string, complete: boolean) => ({ id, createdAt: "2026-11-30T12:00:00.000Z", complete });
const html = { accept: "text/html,*/*" };
const form = { ...ours, ...html, "content-type": "application/x-www-form-urlencoded" };

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateway = await newGateway(redis, behind, { pages: true });
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const get = (url: string, cookie?: string) =>
  gateway.ask({ url, headers: { ...html, ...(cookie === undefined ? {} : { cookie }) } });
const post = (url: string, fields: Record<string, string>, cookie?: string) =>
  gateway.ask({
    method: "POST",
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { ...form, ...(cookie === undefined ? {} : { cookie }) },
  });

/** The words of a page, as they are read. */
const words = (body: string): string =>
  body
    .replace(/<(script|style)[\s\S]*?<\/\1>|<!--[\s\S]*?-->|<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, " ");

test("nobody's session: the pages lead to where one signs in, and a session that has ended is told", async () => {
  for (const url of ["/", "/requests", "/requests/new", "/download", "/sign-out"]) {
    const answer = await get(url);
    expect([answer.statusCode, answer.headers.location], url).toEqual([303, "/sign-in"]);
  }
  const ended = await get("/requests", `session=${"x".repeat(43)}`);
  expect(ended.headers.location).toBe("/sign-in?ended");
  expect(words((await get("/sign-in?ended")).body)).toContain("Your session has ended. Please sign in again.");
  expect(words((await get("/sign-in")).body)).not.toContain("ended");
});

test.each([
  ["/sign-in", "login"],
  ["/sign-up", "signup"],
])("%s has a link mailed, and says so", async (url, kind) => {
  behind.auth.answer(() => ({ status: 202, body: { data: { expires: "2026-11-30T12:15:00.000Z" } } }));
  const page = await get(url);
  expect(page.statusCode).toBe(200);
  expect(page.body).toMatch(/<input[^>]*type="email"/);
  const sent = await post(url, { email: " ada@example.org " });
  expect(sent.statusCode).toBe(200);
  expect(words(sent.body)).toMatch(/A mail was sent to ada@example.org .* until 12:15 UTC/);
  expect(behind.auth.received).toMatchObject([{ url: `/api/v1/auth/${kind}`, body: { email: "ada@example.org" } }]);
});

test("fails on what is no address, in the words of people, and mails nothing", async () => {
  for (const email of ["", "nobody", 'a"><script>@example.org']) {
    const answer = await post("/sign-up", { email });
    expect(answer.statusCode).toBe(400);
    expect(words(answer.body)).toContain("That is no address for mail.");
    expect(answer.body).not.toContain('a"><script>');
  }
  expect(behind.auth.received).toEqual([]);
});

test("a link's page uses nothing up, and its one form signs in", async () => {
  const page = await gateway.ask({ url: "/sign-in/link", query: { ...link, expire: "2026-11-30" }, headers: html });
  expect(page.statusCode).toBe(200);
  expect(page.body.match(/<form/g)).toHaveLength(1);
  expect(page.body).toContain(`value="${link.secret}"`);
  expect(page.headers["cache-control"]).toBe("no-store");
  expect(page.headers["referrer-policy"]).toBe("strict-origin");
  expect(page.cookies).toEqual([]);
  expect(behind.auth.received).toEqual([]);

  const answer = await post("/sign-in/link", link);
  expect([answer.statusCode, answer.headers.location]).toEqual([303, "/requests"]);
  expect(answer.headers["set-cookie"]).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const cookie = cookieOf(answer);
  const me = await gateway.ask({ url: "/api/v1/me", headers: { cookie } });
  expect(me.json()).toMatchObject({ data: { email: "ada@example.org" } });
  // Who is signed in has nothing to do there.
  expect((await get("/sign-in", cookie)).headers.location).toBe("/requests");
});

test("fails on a link that was tampered with, and on one that is over", async () => {
  const wrong = { userId: "ada", secret: '"><script>alert(1)</script>' };
  const page = await gateway.ask({ url: "/sign-in/link", query: wrong, headers: html });
  expect(page.statusCode).toBe(400);
  expect(page.body).not.toContain("alert(1)");
  expect((await post("/sign-in/link", wrong)).statusCode).toBe(400);
  expect(behind.auth.received).toEqual([]);

  behind.auth.answer(() => problem(401, "link-invalid", "This link is wrong, was used already or is over."));
  const over = await post("/sign-in/link", link);
  expect(over.statusCode).toBe(401);
  expect(words(over.body)).toMatch(/This link is wrong, was used already or is over\. Ask for a new link/);
  expect(over.body).not.toContain(link.secret);
  expect(over.cookies).toEqual([]);
});

test("a link that could not be looked at keeps its button", async () => {
  behind.auth.answer(() =>
    problem(503, "links-unavailable", "Nobody can sign in at the moment.", { "retry-after": "5" }),
  );
  const away = await post("/sign-in/link", link);
  expect(away.statusCode).toBe(503);
  expect(away.headers["retry-after"]).toBe("5");
  expect(words(away.body)).toContain("Nobody can sign in at the moment.");
  expect(away.body).toContain(`value="${link.secret}"`);
});

test("where somebody else is signed in, the link is not used up, and one can sign out", async () => {
  const cookie = await gateway.signIn();
  const asked = behind.auth.received.length;
  const answer = await post("/sign-in/link", { ...link, userId: "eve" }, cookie);
  expect(answer.statusCode).toBe(409);
  expect(words(answer.body)).toContain("Somebody else is signed in here.");
  expect(answer.body).toContain('action="/sign-out"');
  expect(behind.auth.received).toHaveLength(asked);
});

test("the list has each request, and where it is filled in", async () => {
  behind.survey.answer(({ url }) =>
    url.includes("/links")
      ? { status: 200, body: { data: [{ id: "7", url: "https://redcap.example/surveys/?s=a&b=%22" }] } }
      : { status: 200, body: { data: [request("7", false), request("3", true)] } },
  );
  const cookie = await gateway.signIn();
  const page = await get("/requests", cookie);
  expect(page.statusCode).toBe(200);
  expect(words(page.body)).toMatch(/Request 7 30 Nov 2026, 12:00 UTC To be filled in .* Request 3 .* Complete/);
  expect(page.body).toContain('href="https://redcap.example/surveys/?s=a&amp;b=%22"');
  expect(words(page.body)).toContain("ada@example.org");
  expect(behind.survey.received.map(({ url }) => url).sort()).toEqual([
    "/api/v1/surveys/links?userId=ada",
    "/api/v1/surveys/requests?userId=ada",
  ]);
});

test("what another system says is no link where it is none", async () => {
  const url = "javascript:alert(1)";
  behind.survey.answer((received) => ({
    status: 200,
    body: { data: received.url.includes("/links") ? [{ id: "7", url }] : [request("7", false)] },
  }));
  const page = await get("/requests", await gateway.signIn());
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toContain("javascript:");
});

test("a new request is the session's own, and the rule is told in its own words", async () => {
  const cookie = await gateway.signIn();
  expect((await get("/requests/new", cookie)).statusCode).toBe(200);
  expect(behind.survey.received).toEqual([]);
  behind.survey.answer(() => ({ status: 201, body: { data: request("8", false) } }));
  const made = await post("/requests/new", { userId: "eve", email: "eve@example.org" }, cookie);
  expect([made.statusCode, made.headers.location]).toEqual([303, "/requests?made"]);
  expect(behind.survey.received).toMatchObject([{ body: { userId: "ada", email: "ada@example.org" } }]);

  const rule = "There may be at most 3 requests that aren't complete. Fill one in, then ask for a new one.";
  behind.survey.answer(() => problem(409, "too-many-incomplete", rule));
  const refused = await post("/requests/new", {}, cookie);
  expect(refused.statusCode).toBe(409);
  expect(words(refused.body)).toContain(rule);
});

test.each([
  ["csv", "text/csv; charset=utf-8", "id\n7\n"],
  ["json", "application/json; charset=utf-8", '{"data":[{"id":"7"}]}'],
])("a download is the file itself: %s", async (format, type, text) => {
  const body = format === "csv" ? text : JSON.parse(text);
  behind.survey.answer(() => ({ status: 200, body, type: type.split(";", 1)[0] ?? "" }));
  const cookie = await gateway.signIn();
  const answer = await get(`/download?format=${format}`, cookie);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-type"]).toBe(type);
  expect(answer.headers["content-disposition"]).toMatch(
    new RegExp(`^attachment; filename="surveys-[\\d-]{10}\\.${format}"$`),
  );
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.body).toBe(text);
  expect((await get("/download?format=exe", cookie)).statusCode).toBe(400);
});

test("a file of somebody who is not signed in is where one signs in", async () => {
  const answer = await get("/download?format=csv");
  expect([answer.statusCode, answer.headers.location]).toEqual([303, "/sign-in"]);
  expect(behind.survey.received).toEqual([]);
});

test("REDCap away is told on the page that needs it, with the head of all pages, and when to ask again", async () => {
  const cookie = await gateway.signIn();
  const detail = "REDCap doesn't answer at the moment.";
  behind.survey.answer(() => problem(503, "redcap-unavailable", detail, { "retry-after": "5" }));
  for (const url of ["/requests", "/download?format=json"]) {
    const answer = await get(url, cookie);
    expect(answer.statusCode, url).toBe(503);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(words(answer.body)).toContain(detail);
    expect(words(answer.body)).toContain("ada@example.org");
    expect(words(answer.body)).toContain(`Request ${answer.headers["x-request-id"]}`);
  }
});

test("signing out ends the session everywhere", async () => {
  const cookie = await gateway.signIn();
  const answer = await post("/sign-out", {}, cookie);
  expect([answer.statusCode, answer.headers.location]).toEqual([303, "/sign-in?signed-out"]);
  expect(answer.headers["set-cookie"]).toMatch(/^session=; .*Max-Age=0/);
  expect((await get("/requests", cookie)).headers.location).toBe("/sign-in?ended");
  expect(behind.auth.received.at(-1)).toMatchObject({ url: "/api/v1/auth/logout", body: { userId: "ada" } });
});

test("what is at no address is a page for people, and a problem for programs", async () => {
  const page = await get("/nothing/here?secret=1");
  expect(page.statusCode).toBe(404);
  expect(page.headers["content-type"]).toContain("text/html");
  expect(words(page.body)).toContain("There is no page at this address.");
  expect(problemOf(await gateway.ask("/nothing/here")).status).toBe(404);
  expect(problemOf(await get("/api/v1/nothing")).status).toBe(404);
});
