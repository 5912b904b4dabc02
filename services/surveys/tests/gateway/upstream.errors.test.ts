import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { newRedisServer, type RedisServer } from "../between/redis-server.ts";
import { type Behind, type Gateway, link, newGateway, ours, problemOf, startBehind } from "./client.ts";
import { type Answer, problem } from "./upstreams.ts";

let redis: RedisServer;
let behind: Behind;
let gateway: Gateway;
let cookie: string;

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  gateway = await newGateway(redis, behind, { timeoutMs: 400 });
  cookie = await gateway.signIn();
});
afterEach(async () => {
  await gateway.close();
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

const links = () => gateway.ask({ url: "/api/v1/surveys/links", headers: { cookie } });
const makeNew = () => gateway.ask({ method: "POST", url: "/api/v1/surveys/new", headers: { ...ours, cookie } });
const count = async (outcome: string, upstream = "survey"): Promise<number> => {
  const line = `service_call_tries_total{callee="${upstream}",outcome="${outcome}"} `;
  const found = (await gateway.metrics()).split("\n").find((one) => one.startsWith(line));
  return Number(found?.slice(line.length));
};

test.each([400, 404, 409, 422])("its own refusal passes: %i", async (status) => {
  behind.survey.answer(() => problem(status, "so-it-is", "In its own words."));
  const answer = await links();
  expect(problemOf(answer)).toMatchObject({
    status,
    type: "urn:vigie:problem:so-it-is",
    detail: "In its own words.",
  });
  expect(behind.survey.received).toHaveLength(1);
  expect(await count("refused")).toBe(1);
});

test("its 429 passes with the time to come again", async () => {
  behind.survey.answer(() => problem(429, "too-many-requests", "Wait.", { "retry-after": "17" }));
  const answer = await links();
  expect(problemOf(answer).status).toBe(429);
  expect(answer.headers["retry-after"]).toBe("17");
});

test.each([
  [503, "redcap-open", "REDCap isn't asked for some seconds."],
  [503, "request-uncertain", "Look at the list in 23 seconds."],
  [503, "rule-cannot-be-kept", "Nothing was changed."],
  [503, "mail-unavailable", "The link can't be mailed."],
  [503, "links-unavailable", "Nobody can sign in."],
  [503, "sign-in-unavailable", "Nobody can sign in."],
  [504, "mail-uncertain", "The mail may come all the same."],
  [502, "redcap-too-large", "There is more than can be given."],
])("its words for people pass, with the time to come again: %i %s", async (status, kind, detail) => {
  behind.survey.answer(() => problem(status, kind, detail, { "retry-after": "23" }));
  const answer = await links();
  expect(problemOf(answer)).toMatchObject({ status, type: `urn:vigie:problem:${kind}`, detail });
  expect(answer.headers["retry-after"]).toBe("23");
  expect(await count("refused")).toBe(1);
});

const page: Answer = { status: 404, body: "<h1>404</h1>", type: "text/html" };
const crash: Answer = { status: 500, body: { detail: "a stack trace" } };

test.each([
  ["a page of a proxy", page, 502],
  ["its 500", crash, 502],
  ["its 502", { status: 502 } as const, 502],
  ["its 504", { status: 504 } as const, 504],
  ["its 503", problem(503, "not-ready", "internal words"), 503],
  ["its 500 of a kind", problem(500, "redcaps", "internal words"), 502],
  ["a redirect with a problem", problem(302, "redcap-open", "internal words", { location: "/elsewhere" }), 502],
  ["a redirect", { status: 302, headers: { location: "/elsewhere" } } as const, 502],
  ["no JSON", { status: 200, body: "{", type: "text/plain" } as const, 502],
  ["JSON of another form", { status: 200, body: { data: [{ id: 1 }] } } as const, 502],
])("%s is told in the gateway's words", async (_, by, status) => {
  behind.survey.answer(() => by);
  const answer = await links();
  const body = problemOf(answer);
  expect(body.status).toBe(status);
  expect(body.detail).toMatch(/Please try again soon\.$/);
  expect(answer.body).not.toMatch(/stack trace|internal words|h1/);
});

test.each([
  [503, "30", "30"],
  [503, undefined, "5"],
  [503, "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"],
  [503, "soon!", "5"],
  [500, "9", "9"],
])("the time to come again is kept: %i with %s", async (status, given, kept) => {
  behind.survey.answer(() => ({ status, headers: given === undefined ? {} : { "retry-after": given } }));
  expect((await links()).headers["retry-after"]).toBe(kept);
});

test("refused for this service's key, it is no matter of who asks", async () => {
  behind.survey.answer(() => problem(401, "no-api-key", "Send a key."));
  expect(problemOf(await links())).toMatchObject({ status: 502, type: "urn:vigie:problem:survey-failed" });
});

test("an answer of more than 4 MiB is not passed on, and not asked for again", async () => {
  await gateway.close();
  gateway = await newGateway(redis, behind, { timeoutMs: 10_000 });
  const one = { id: "1", url: `https://redcap.example/${"x".repeat(5 * 1024 * 1024)}` };
  behind.survey.answer(() => ({ status: 200, body: { data: [one] } }));
  expect(problemOf(await links())).toMatchObject({ status: 502, type: "urn:vigie:problem:survey-failed" });
  expect(behind.survey.received).toHaveLength(1);
  expect(await count("too-large")).toBe(1);
});

test("a slow one is not waited for, and not asked again", async () => {
  behind.survey.answer(() => "hang");
  const before = performance.now();
  const answer = await links();
  expect(performance.now() - before).toBeLessThan(1500);
  expect(problemOf(answer)).toMatchObject({ status: 504, type: "urn:vigie:problem:survey-timeout" });
  expect(behind.survey.received).toHaveLength(1);
  expect(await count("timeout")).toBe(1);
});

test("one that is away is told at once", async () => {
  await behind.survey.close();
  const answer = await links();
  expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:survey-unavailable" });
  expect(answer.headers["retry-after"]).toBe("5");
  expect(await count("unreachable")).toBe(2);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(200);
});

test("what is only read is asked for once more when the connection breaks", async () => {
  behind.survey.answer(() => (behind.survey.received.length === 1 ? "cut" : { status: 200, body: { data: [] } }));
  expect((await links()).json()).toEqual({ data: [] });
  expect(behind.survey.received).toHaveLength(2);
  expect(await count("broken")).toBe(1);
  expect(await count("ok")).toBe(1);
});

test("and no more than once", async () => {
  behind.survey.answer(() => "cut");
  expect(problemOf(await links())).toMatchObject({ status: 502 });
  expect(behind.survey.received).toHaveLength(2);
});

test.each(["cut", "hang"] as const)("a POST is never repeated: %s", async (by) => {
  behind.survey.answer(() => by);
  const body = problemOf(await makeNew());
  expect(body.status).toBe(by === "cut" ? 502 : 504);
  expect(body.detail).toContain("It may have been done all the same");
  expect(behind.survey.received).toHaveLength(1);
});

test("with the service away that signs people in, there is no session", async () => {
  await behind.auth.close();
  const answer = await gateway.ask({ method: "POST", url: "/api/v1/auth/verify", payload: link, headers: ours });
  expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:auth-unavailable" });
  expect(answer.cookies).toEqual([]);
  // Nothing of a POST arrives without a connection, so it may be tried again.
  expect(await count("unreachable", "auth")).toBe(2);
});

test("how long they take is measured", async () => {
  behind.survey.answer(() => ({ status: 200, body: { data: [] } }));
  await links();
  const text = await gateway.metrics();
  expect(text).toContain('service_call_duration_seconds_count{callee="survey"} 1');
  expect(text).toContain('service_calls_total{callee="health",outcome="ok"} 0');
  expect(text).toContain('gateway_sessions_total{event="started"} 1');
});
