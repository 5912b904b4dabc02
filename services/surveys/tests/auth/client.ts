import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { expect } from "vitest";
import { type AuthApiOptions, authApi } from "../../src/auth/api.ts";
import type { Links } from "../../src/auth/links.ts";
import { userIdOf } from "../../src/auth/user-id.ts";
import { newCalledServer } from "../../src/between/called.ts";
import type { ArrivedMail } from "./mail-server.ts";

/** The key that the tests' callers have. */
export const API_KEY = "a key of the tests";

/** The API over some links. */
export interface Client {
  /** Sends any request. */
  ask(request: string | InjectOptions): Promise<LightMyRequestResponse>;
  /** Posts to a path below `/api/v1/auth`, with a key. */
  post(path: string, payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** What a scraper would read. */
  metrics(): Promise<string>;
}

/** Writes a secret into a file of its own. */
export function secretFile(secret: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "surveys-auth-")), "secret");
  writeFileSync(file, `${secret}\n`);
  return file;
}

/** The file with the key that the tests make ids with. */
export const userIdKeyFile = secretFile("a key for ids");

/** The API over these links. */
export async function newClient(
  links: Links,
  changed: Partial<AuthApiOptions> = {},
  keysFile = secretFile(API_KEY),
): Promise<Client> {
  const server = newCalledServer({ service: "auth", version: "test" }, { auth: "api-key", keysFile });
  const { app, metrics } = server;
  const { registry } = metrics;
  await app.register(authApi, {
    links,
    userIdOf: (address: string) => userIdOf(address, userIdKeyFile),
    server,
    version: "test",
    registry,
    ...changed,
  });
  return {
    ask: (request) => app.inject(request),
    post: (below, payload, headers = {}) =>
      app.inject({
        method: "POST",
        url: `/api/v1/auth/${below}`,
        payload,
        headers: { "x-api-key": API_KEY, ...headers },
      }),
    metrics: () => registry.metrics(),
  };
}

/** The body of a refusal, after checks that all refusals must pass. */
export function problemOf(answer: LightMyRequestResponse): Record<string, unknown> {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const body = answer.json() as Record<string, unknown>;
  expect(body.status).toBe(answer.statusCode);
  return body;
}

/** What the link in a mail would give to `verify`. */
export function linkOf(mail: ArrivedMail | undefined): { userId: string; secret: string } {
  const [link] = /https?:\S+/.exec(mail?.text ?? "") ?? [];
  const { searchParams } = new URL(link ?? "nothing:");
  return { userId: searchParams.get("userId") ?? "", secret: searchParams.get("secret") ?? "" };
}
