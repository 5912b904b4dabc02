import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { newRedisServer, type RedisServer } from "../../between/redis-server.ts";
import {
  type Behind,
  type Gateway,
  type GatewayOptions,
  link,
  newGateway,
  ORIGIN,
  ours,
  startBehind,
} from "../client.ts";

const html = { accept: "text/html" };
const form = { ...ours, ...html, "content-type": "application/x-www-form-urlencoded" };

let redis: RedisServer;
let behind: Behind;
let gateways: Gateway[];

beforeAll(async () => {
  redis = await newRedisServer(["gateway"]);
});
beforeEach(async () => {
  behind = await startBehind();
  behind.survey.answer(() => ({ status: 200, body: { data: [] } }));
  gateways = [];
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await Promise.all(Object.values(behind).map((server) => server.close()));
  await redis.administrator.flushall();
});
afterAll(() => redis.remove());

async function started(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await newGateway(redis, behind, { pages: true, ...options });
  gateways.push(gateway);
  return gateway;
}

test("a page's policy lets nothing run or load but its own, and its one inline script by a nonce", async () => {
  const gateway = await started();
  const answer = await gateway.ask({ url: "/sign-in", headers: html });
  const policy = String(answer.headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  // But for the one attribute that SvelteKit's announcer of other pages has, by its hash.
  expect(policy.match(/[^;]*unsafe[^;]*/g)).toEqual([
    expect.stringMatching(/^ style-src-attr 'unsafe-hashes' 'sha256-[^' ]+'$/),
  ]);
  const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
  expect(nonce).toBeDefined();
  const scripts = answer.body.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  expect(answer.body).not.toMatch(/ on\w+=|<style| style=/);
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  // Another answer has another one.
  const again = await gateway.ask({ url: "/sign-in", headers: html });
  expect(again.headers["content-security-policy"]).not.toContain(nonce);
});

test("the files of the pages are kept by browsers; there are no others", async () => {
  const gateway = await started();
  const { body } = await gateway.ask({ url: "/sign-in", headers: html });
  const files = [...body.matchAll(/(?:href|import\()="?\.?(\/_app\/[^")]+)/g)].map(([, file]) => file ?? "");
  expect(files.length).toBeGreaterThan(1);
  for (const url of files) {
    const answer = await gateway.ask(url);
    expect(answer.statusCode, url).toBe(200);
    expect(answer.headers["cache-control"]).toContain("immutable");
    expect(answer.headers["x-request-id"]).toBeDefined();
  }
  expect((await gateway.ask("/favicon.svg")).headers["content-type"]).toBe("image/svg+xml");
  for (const url of ["/_app/immutable/nothing.js", "/_app/../../package.json", "/_app/%2e%2e/%2e%2e/package.json"]) {
    expect((await gateway.ask(url)).statusCode, url).toBe(404);
  }
});

test.each(["/_app/../requests", "/_app/%2e%2E/requests", "/_app/./version.json", "/_app/x/.."])(
  "a file's address leads to no page: %s",
  async (path) => {
    const gateway = await started();
    const port = Number(new URL(await gateway.app.listen({ host: "127.0.0.1", port: 0 })).port);
    // As it is written: what a browser sends has no dots left.
    const asked = request({ host: "127.0.0.1", port, path, headers: html }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(404);
    expect(answer.headers["cache-control"]).toBe("no-store");
  },
);

test("addresses without a page are limited as the others are", async () => {
  const gateway = await started({ rateLimitPerMinute: 3 });
  const statuses: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    statuses.push((await gateway.ask({ url: `/nothing-${time}`, headers: html })).statusCode);
  }
  expect(statuses).toEqual([404, 404, 404, 429, 429]);
});

test("another site can't send a form, with a session or without", async () => {
  const gateway = await started();
  const cookie = await gateway.signIn();
  const asked = behind.auth.received.length;
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site", origin: ORIGIN },
    { "sec-fetch-site": "same-site", origin: ORIGIN },
  ];
  for (const headers of foreign) {
    for (const more of [{}, { cookie }]) {
      for (const [url, fields] of [
        ["/sign-out", {}],
        ["/requests/new", {}],
        ["/sign-in/link", link],
        ["/sign-up", { email: "a@example.org" }],
      ] as const) {
        const payload = new URLSearchParams(fields).toString();
        const { origin: _origin, ...usual } = form;
        const answer = await gateway.ask({ method: "POST", url, payload, headers: { ...usual, ...headers, ...more } });
        expect(answer.statusCode, `${url} ${JSON.stringify({ ...headers, ...more })}`).toBe(403);
        expect(answer.headers["content-type"]).toContain("text/html");
      }
    }
  }
  expect(behind.auth.received).toHaveLength(asked);
  expect(behind.survey.received).toEqual([]);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(200);
});

test("a visitor does not decide where the pages are", async () => {
  const gateway = await started();
  const headers = { ...form, host: "evil.example", "x-pages-host": "evil.example", "x-pages-protocol": "http" };
  const answer = await gateway.ask({ method: "POST", url: "/sign-in/link", payload: "", headers });
  // Refused for what it says, and not for where it is from: the pages' own check has taken the origin for theirs.
  expect(answer.statusCode).toBe(400);
  expect(answer.body).not.toContain("evil.example");
});

test("pages take the methods and bodies that they need, and no others", async () => {
  const gateway = await started();
  const statusOf = async (method: "POST" | "PUT" | "DELETE" | "HEAD", url: string, more: object = {}) =>
    (await gateway.ask({ method, url, headers: { ...ours, ...html }, ...more })).statusCode;
  expect(await statusOf("HEAD", "/sign-in")).toBe(200);
  expect(await statusOf("PUT", "/sign-in")).toBe(405);
  expect(await statusOf("DELETE", "/requests")).toBe(405);
  expect(await statusOf("POST", "/requests")).toBe(405);
  const json = { headers: { ...form, "content-type": "application/json" }, payload: "{}" };
  expect(await statusOf("POST", "/sign-in", json)).toBe(415);
  const large = { headers: form, payload: `email=${"a".repeat(20_000)}` };
  expect(await statusOf("POST", "/sign-in", large)).toBe(413);
  expect(behind.auth.received).toEqual([]);
});

test("limits are those of the API, together with it: who comes too often is told on the page", async () => {
  const gateway = await started({ rateLimitPerMinute: 6 });
  const cookie = await gateway.signIn();
  for (let time = 0; time < 3; time += 1) {
    expect((await gateway.ask({ url: "/requests", headers: { ...html, cookie } })).statusCode).toBe(200);
    expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(200);
  }
  const refused = await gateway.ask({ url: "/requests", headers: { ...html, cookie } });
  expect(refused.statusCode).toBe(429);
  expect(refused.body).toContain("At most 6 requests a minute.");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect((await gateway.ask({ url: "/api/v1/me", headers: { cookie } })).statusCode).toBe(429);
});

test("signing in is for 20 forms a minute of an address, and what mails nothing uses no link up", async () => {
  const gateway = await started();
  behind.auth.answer(() => ({ status: 202, body: { data: { expires: "2026-11-30T12:15:00.000Z" } } }));
  const send = (email: string) =>
    gateway.ask({ method: "POST", url: "/sign-up", payload: `email=${encodeURIComponent(email)}`, headers: form });
  const statuses: number[] = [];
  for (let time = 0; time < 21; time += 1)
    statuses.push((await send(time < 5 ? "nobody" : "a@example.org")).statusCode);
  expect(statuses).toEqual([...Array(5).fill(400), ...Array(15).fill(200), 429]);
  expect(await redis.administrator.get("gateway:limit:links:127.0.0.1")).toBe("15");
});

test("fails as a page with the request's id where nobody expected it, and says nothing of why", async () => {
  const limits = { take: () => Promise.reject(new Error("a secret of the inside")) };
  const gateway = await started({ limits });
  for (const method of ["GET", "POST"] as const) {
    const answer = await gateway.ask({
      method,
      url: "/sign-up",
      headers: form,
      payload: method === "GET" ? "" : "email=a",
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.headers["content-type"]).toContain("text/html");
    expect(answer.body).toContain("Give the request id to its team.");
    expect(answer.body).not.toContain("secret");
  }
});

test("while the process lags behind, pages are refused by a plain one, which asks for nothing", async () => {
  const gateway = await started({ maxEventLoopDelay: 20 });
  const asked = async () => {
    for (const until = performance.now() + 1500; performance.now() < until; );
    // It looks once a second how far behind it is, so now.
    await sleep(10);
    return gateway.ask({ url: "/sign-in", headers: html });
  };
  await vi.waitFor(async () => expect((await asked()).statusCode).toBe(503), { timeout: 10_000 });
  const { headers, body } = await asked();
  expect(headers["retry-after"]).toBe("5");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(body).toContain("There is more to do than can be done at the moment.");
  expect(body).not.toMatch(/<script|<link|<img/);
});

test("while it stops, a page is the last answer of its connection", async () => {
  const gateway = await started();
  expect((await gateway.ask({ url: "/sign-in", headers: html })).headers.connection).not.toBe("close");
  gateway.startStopping();
  for (const url of ["/sign-in", "/favicon.svg", "/api/v1/me"]) {
    expect((await gateway.ask({ url, headers: html })).headers.connection, url).toBe("close");
  }
});

test("a link's page needs no Redis, whoever was signed in, and is shown to nobody who comes too often", async () => {
  const gateway = await started({ rateLimitPerMinute: 2 });
  const cookie = await gateway.signIn();
  const page = (headers: object) =>
    gateway.ask({ url: "/sign-in/link", query: link, headers: { ...html, ...headers } });
  await redis.stop();
  try {
    for (const headers of [{ cookie }, {}]) expect((await page(headers)).body).toContain(`value="${link.secret}"`);
  } finally {
    await redis.start();
  }
  const shown = async () => (await page({})).statusCode;
  await vi.waitFor(async () => expect(await shown()).toBe(429), { timeout: 10_000 });
});

test("Redis away: each page says so within two seconds, and a link is not used up", async () => {
  const gateway = await started();
  const cookie = await gateway.signIn();
  behind.auth.received.splice(0);
  await redis.stop();
  try {
    const before = performance.now();
    for (const url of ["/requests", "/requests/new", "/download?format=csv", "/"]) {
      const answer = await gateway.ask({ url, headers: { ...html, cookie } });
      expect(answer.statusCode, url).toBe(503);
      expect(answer.headers["retry-after"]).toBe("5");
      expect(answer.body).toContain("Nobody can be recognised at the moment");
    }
    const used = await gateway.ask({
      method: "POST",
      url: "/sign-in/link",
      payload: new URLSearchParams(link).toString(),
      headers: form,
    });
    expect(used.statusCode).toBe(503);
    expect(behind.auth.received).toEqual([]);
    expect(performance.now() - before).toBeLessThan(2000);
  } finally {
    await redis.start();
  }
  const listed = () => gateway.ask({ url: "/requests", headers: { ...html, cookie } });
  await vi.waitFor(async () => expect((await listed()).statusCode).toBe(200), { timeout: 10_000 });
});

test("a session that is long in use gets its next id by a page, too", async () => {
  const gateway = await started({ sessions: { rotateMs: 0 } });
  const cookie = await gateway.signIn();
  const page = await gateway.ask({ url: "/requests", headers: { ...html, cookie } });
  expect(page.statusCode).toBe(200);
  const next = page.cookies[0];
  expect(page.headers["set-cookie"]).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const again = await gateway.ask({ url: "/requests", headers: { ...html, cookie: `session=${next?.value}` } });
  expect(again.statusCode).toBe(200);
});

test("metrics count pages by their addresses, and no address that a visitor made up", async () => {
  const gateway = await started();
  for (const url of ["/sign-in", "/sign-in/__data.json", "/made-up-1", "/made-up-2/__data.json", "/_app/made-up-3"]) {
    await gateway.ask({ url, headers: html });
  }
  await gateway.ask({ method: "POST", url: "/made-up-4", headers: { ...ours, ...html } });
  const metrics = await gateway.metrics();
  expect(metrics).toContain('route="/sign-in"');
  expect(metrics).toContain('route="/_app/*"');
  expect(metrics).not.toContain("made-up");
});
