import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { expect } from "vitest";
import { callDefaults, callMetrics } from "../../../calls/index.ts";
import { newServer } from "../../../telemetry/node/index.ts";
import { API_KEY_HEADER, ownKey } from "../../src/between/api-key.ts";
import { openRedis } from "../../src/between/redis.ts";
import { gatewayApi } from "../../src/gateway/api.ts";
import { hideOperations } from "../../src/gateway/operations.ts";
import { builtPages } from "../../src/gateway/pages/built-pages.ts";
import { type RateLimits, redisRateLimits } from "../../src/gateway/rate-limits.ts";
import { sessionCookie } from "../../src/gateway/session-cookie.ts";
import { redisSessions, type SessionOptions } from "../../src/gateway/sessions.ts";
import { upstreamClient } from "../../src/gateway/upstream.ts";
import { type RedisServer, whenReady } from "../between/redis-server.ts";
import { type Received, type SmallServer, smallServer } from "./upstreams.ts";

/** What browsers see in the tests. */
export const ORIGIN = "https://surveys.example";

/** The headers of a page of our own. */
export const ours = { origin: ORIGIN };

/** Who signs in, unless a test says otherwise. */
export const ada = { userId: "ada", email: "ada@example.org", roles: [] };

/** What a mailed link carries. */
export const link = { userId: "ada", secret: "s".repeat(32) };

/** The services behind the gateway, as small servers. */
export type Behind = Readonly<Record<"survey" | "auth" | "health", SmallServer>>;

/** How a gateway differs from the usual one of the tests. */
export interface GatewayOptions {
  /** @default 1000 */
  readonly rateLimitPerMinute?: number;
  /** @default 1000 */
  readonly timeoutMs?: number;
  /** @default false */
  readonly secure?: boolean;
  /** Milliseconds. @default 0: a machine may be busy */
  readonly maxEventLoopDelay?: number;
  /** Whether it has the pages. @default false */
  readonly pages?: boolean;
  /** @default - those in Redis */
  readonly limits?: RateLimits;
  /** @default - as in production, with 480 minutes */
  readonly sessions?: Partial<SessionOptions>;
}

/** A gateway over small servers and a real Redis. */
export interface Gateway {
  /** The server, which listens nowhere. */
  readonly app: FastifyInstance;
  /** Sends a request: a path for a GET, or everything. */
  ask(request: string | InjectOptions): Promise<LightMyRequestResponse>;
  /** Signs in by a link; the answer is the header Cookie of the browser from then on. */
  signIn(headers?: Record<string, string>): Promise<string>;
  /** Lets it answer on, each time for the last time of its connection. */
  startStopping(): void;
  /** What a scraper would read. */
  metrics(): Promise<string>;
  /** Ends all of it. */
  close(): Promise<void>;
}

/** Starts the small servers. The one that signs people in lets everybody be {@link ada}. */
export async function startBehind(): Promise<Behind> {
  const [survey, auth, health] = await Promise.all([smallServer(), smallServer(), smallServer()]);
  auth.answer((request: Received) =>
    request.url.endsWith("/verify") ? { status: 200, body: { data: ada } } : { status: 204 },
  );
  return { survey, auth, health };
}

/** A gateway of its own: with another one it shares Redis only. */
export async function newGateway(server: RedisServer, behind: Behind, options: GatewayOptions = {}): Promise<Gateway> {
  const home = mkdtempSync(path.join(tmpdir(), "gateway-"));
  const { app, metrics, startStopping } = newServer({ service: "gateway", version: "test" });
  hideOperations(app);
  const { registry } = metrics;
  const redis = await whenReady(openRedis(server.settings("gateway")));
  const calls = callMetrics(registry);
  const client = (name: keyof Behind) => {
    const keysFile = path.join(home, name);
    writeFileSync(keysFile, `the-key-of-${name}\nan-older-key\n`);
    const key = ownKey(keysFile);
    const credentials = { headers: async () => ({ [API_KEY_HEADER]: key() }) };
    const call = { ...callDefaults([behind[name].url]), timeoutMs: options.timeoutMs ?? 1000 };
    const upstream = upstreamClient(name, { call, credentials, metrics: calls });
    app.addHook("onClose", async () => upstream.close());
    return upstream;
  };
  await app.register(gatewayApi, {
    upstreams: { survey: client("survey"), auth: client("auth"), health: client("health") },
    sessions: redisSessions(redis, { idleMs: 480 * 60_000, registry, ...options.sessions }),
    cookie: sessionCookie(options.secure ?? false),
    limits: options.limits ?? redisRateLimits(redis),
    rateLimitPerMinute: options.rateLimitPerMinute ?? 1000,
    publicOrigin: ORIGIN,
    pages: options.pages === true ? await builtPages() : undefined,
    version: "test",
    maxEventLoopDelay: options.maxEventLoopDelay ?? 0,
  });
  const gateway: Gateway = {
    app,
    ask: (request) => app.inject(request),
    signIn: async (headers = {}) => {
      const url = "/api/v1/auth/verify";
      const answer = await app.inject({ method: "POST", url, payload: link, headers: { ...ours, ...headers } });
      expect(answer.statusCode, answer.body).toBe(200);
      return cookieOf(answer);
    },
    startStopping,
    metrics: () => registry.metrics(),
    close: async () => {
      redis.disconnect();
      await app.close();
    },
  };
  return gateway;
}

/** The header Cookie that a browser sends after an answer that sets one. */
export function cookieOf(answer: LightMyRequestResponse): string {
  const [set] = answer.cookies;
  expect(set, "the answer sets a cookie").toBeDefined();
  return `${set?.name}=${set?.value}`;
}

/** The body of a refusal, after checks that all refusals must pass. */
export function problemOf(answer: LightMyRequestResponse): Record<string, unknown> {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const body = answer.json() as Record<string, unknown>;
  expect(body.status).toBe(answer.statusCode);
  expect(body.request_id).toBe(answer.headers["x-request-id"]);
  return body;
}
