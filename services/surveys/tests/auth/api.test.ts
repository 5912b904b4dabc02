import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import type { Links } from "../../src/auth/links.ts";
import { API_KEY, type Client, newClient, problemOf, secretFile } from "./client.ts";

// A stand-in for both ways: it signs in whoever brings this secret.
const SECRET = "a-secret-of-the-tests";
const links: Links = {
  send: async () => ({ expires: new Date(0), outcome: "sent" }),
  verify: async (userId, secret) => {
    if (secret === "break-break-break") throw new Error(`a defect with ${secret}`);
    return secret === SECRET ? { userId, email: "jane@example.org", roles: ["user"] } : undefined;
  },
};

let client: Client;

beforeEach(async () => {
  client = await newClient(links);
});

test("logout is noted", async () => {
  const answer = await client.post("logout", { userId: "5f0c1c9a7e21b4d6e803" });
  expect([answer.statusCode, answer.body]).toEqual([204, ""]);
});

test.each(["signup", "login", "verify", "logout"])("fails without a key of ours on %s", async (path) => {
  const url = `/api/v1/auth/${path}`;
  expect(problemOf(await client.ask({ method: "POST", url, payload: {} }))).toMatchObject({
    status: 401,
    type: "urn:vigie:problem:no-api-key",
  });
  const wrong = await client.post(path, {}, { "x-api-key": `${API_KEY}.` });
  expect(problemOf(wrong).type).toBe("urn:vigie:problem:no-api-key");
  expect(await client.metrics()).toContain('calls_refused_total{reason="missing"} 1');
  expect(await client.metrics()).toContain('calls_refused_total{reason="wrong"} 1');
});

test("takes each key of the file", async () => {
  client = await newClient(links, {}, secretFile("the new one\nthe old one"));
  for (const key of ["the new one", "the old one"]) {
    const answer = await client.post("verify", { userId: "u1", secret: SECRET }, { "x-api-key": key });
    expect(answer.statusCode).toBe(200);
  }
});

test.each(["/health", "/ready", "/metrics", "/api/v1/auth/openapi.json"])("answers %s without a key", async (path) => {
  expect((await client.ask(path)).statusCode).toBe(200);
});

test("its metrics begin at 0", async () => {
  const text = await client.metrics();
  for (const outcome of ["sent", "refused", "limited", "uncertain", "unavailable"]) {
    expect(text).toContain(`auth_links_sent_total{outcome="${outcome}"} 0`);
  }
  for (const outcome of ["ok", "refused", "limited", "unavailable"]) {
    expect(text).toContain(`auth_verified_total{outcome="${outcome}"} 0`);
  }
});

test.each([
  ["verify", {}, ["userId", "secret"]],
  ["verify", { userId: "-", secret: "short" }, ["userId", "secret"]],
  ["verify", { userId: "u1", secret: SECRET, more: 1 }, ["more"]],
  ["logout", { userId: "a b" }, ["userId"]],
  ["signup", { email: "jane@example.org", name: "Jane" }, ["name"]],
  ["login", {}, ["email"]],
])("fails on %s with %j, naming what is wrong", async (path, body, wrong) => {
  const { status, errors } = problemOf(await client.post(path, body)) as {
    status: number;
    errors: { parameter: string; allowed: unknown }[];
  };
  expect([status, errors.map(({ parameter }) => parameter)]).toEqual([400, wrong]);
  // In words, not as the name of a type.
  for (const { allowed } of errors) expect(allowed).not.toBe("a string");
});

test("fails with 500 on a defect, and tells nothing of it", async () => {
  const answer = await client.post("verify", { userId: "u1", secret: "break-break-break" });
  expect(problemOf(answer).status).toBe(500);
  expect(answer.body).not.toMatch(/defect|break/);
});

test.each(["signup", "login", "verify", "logout"])("fails on GET %s", async (path) => {
  const answer = await client.ask({ url: `/api/v1/auth/${path}`, headers: { "x-api-key": API_KEY } });
  expect([problemOf(answer).status, answer.headers.allow]).toEqual([405, "POST"]);
});

test("answers carry the headers of a careful service", async () => {
  const { headers } = await client.post("verify", { userId: "u1", secret: SECRET });
  expect(headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
});

test("the API's description names every address and describes every answer", async () => {
  const { openapi, paths, security } = (await client.ask("/api/v1/auth/openapi.json")).json() as {
    openapi: string;
    security: object[];
    paths: Record<string, Record<string, { responses: Record<string, { description: string; content?: object }> }>>;
  };
  expect([openapi, security]).toEqual(["3.1.0", [{ key: [] }]]);
  const statuses = Object.entries(paths).map(([address, methods]) => [
    address,
    Object.entries(methods).map(([method, { responses }]) => `${method} ${Object.keys(responses).join(" ")}`),
  ]);
  expect(Object.fromEntries(statuses)).toEqual({
    "/api/v1/auth/signup": ["post 202 400 401 413 415 422 429 500 503 504"],
    "/api/v1/auth/login": ["post 202 400 401 413 415 422 429 500 503 504"],
    "/api/v1/auth/verify": ["post 200 400 401 413 415 429 500 503"],
    "/api/v1/auth/logout": ["post 204 400 401 413 415 500 503"],
  });
  const answers = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ responses }) => Object.entries(responses)),
  );
  for (const [status, { description, content = {} }] of answers) {
    expect(description).not.toMatch(/^$|Default Response/);
    if (status !== "204") expect(Object.keys(content)).toHaveLength(1);
  }
});

test("fails with 503 while the process lags behind", async () => {
  client = await newClient(links, { maxEventLoopDelay: 20 });
  const asked = async () => {
    for (const until = performance.now() + 1500; performance.now() < until; );
    // It looks once a second how far behind it is, so now.
    await sleep(10);
    return (await client.post("verify", { userId: "u1", secret: SECRET })).statusCode;
  };
  await expect.poll(asked).toBe(503);
});
