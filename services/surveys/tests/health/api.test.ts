import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { expect, test } from "vitest";
import { newCalledServer } from "../../src/between/called.ts";
import type { HostCheck } from "../../src/between/contract.ts";
import { type HealthApiOptions, healthApi } from "../../src/health/api.ts";

const CHECKS = "/api/v1/checks";
const apiKeysFile = path.join(mkdtempSync(path.join(tmpdir(), "health-")), "keys");
writeFileSync(apiKeysFile, "new-key\nold-key\n");
const headers = { "x-api-key": "new-key" };

const seen: HostCheck[] = [
  { host: "redis", port: 6379, tls: false, ok: true, milliseconds: 0.4, why: "" },
  {
    host: "redcap.example.org",
    port: 443,
    tls: true,
    ok: false,
    milliseconds: 31.25,
    why: "its certificate ended on 2026-01-02",
    certificateExpires: "2026-01-02T03:04:05.000Z",
  },
];

interface Client {
  ask(request: string | InjectOptions): Promise<LightMyRequestResponse>;
  metrics(): Promise<string>;
}

async function newClient(changed: Partial<HealthApiOptions> = {}): Promise<Client> {
  const called = { auth: "api-key", keysFile: apiKeysFile } as const;
  const server = newCalledServer({ service: "health", version: "test" }, called);
  const { app, metrics } = server;
  const watch = { current: async () => seen };
  await app.register(healthApi, { watch, server, version: "test", ...changed });
  return { ask: (request) => app.inject(request), metrics: () => metrics.registry.metrics() };
}

function problemOf(answer: LightMyRequestResponse): Record<string, unknown> {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const body = answer.json() as Record<string, unknown>;
  expect(body.status).toBe(answer.statusCode);
  return body;
}

test.each(["new-key", "old-key"])("shows what was seen to who has the key %s", async (key) => {
  const { ask } = await newClient();
  const answer = await ask({ url: CHECKS, headers: { "x-api-key": key } });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ data: seen });
  expect(answer.headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
});

test("fails without a key and with a wrong one, and counts both", async () => {
  const { ask, metrics } = await newClient();
  for (const given of [{}, { "x-api-key": "" }, { "x-api-key": "new-ke" }, { "x-api-key": "new-key\nold-key" }]) {
    const body = problemOf(await ask({ url: CHECKS, headers: given }));
    expect(body).toMatchObject({ status: 401, type: "urn:vigie:problem:no-api-key" });
  }
  expect(await metrics()).toContain('calls_refused_total{reason="missing"} 1');
  expect(await metrics()).toContain('calls_refused_total{reason="wrong"} 3');
});

test.each(["/health", "/ready", "/metrics", `${CHECKS}/openapi.json`])("%s is open", async (url) => {
  const { ask } = await newClient();
  expect((await ask(url)).statusCode).toBe(200);
});

test.each(["host=10.0.0.1&port=22", "host=169.254.169.254", "tls=true"])(
  "fails on ?%s: nobody chooses what is looked at",
  async (query) => {
    const { ask } = await newClient();
    const body = problemOf(await ask({ url: `${CHECKS}?${query}`, headers }));
    expect(body.status).toBe(400);
  },
);

test.each(["POST", "PUT", "DELETE", "PATCH"] as const)("fails on %s", async (method) => {
  const { ask } = await newClient();
  for (const url of [CHECKS, `${CHECKS}/openapi.json`]) {
    const answer = await ask({ method, url, headers, payload: { host: "10.0.0.1", port: 22 } });
    expect([problemOf(answer).status, answer.headers.allow]).toEqual([405, "GET, HEAD"]);
  }
});

test.each([`${CHECKS}/`, `${CHECKS}/10.0.0.1:22`, "/api/v1", "/api/v1/checks/redis"])("fails on %s", async (url) => {
  const { ask } = await newClient();
  expect(problemOf(await ask({ url, headers })).status).toBe(404);
});

test("its description says what is answered, and that a key is needed", async () => {
  const { ask } = await newClient();
  const description = (await ask(`${CHECKS}/openapi.json`)).json();
  expect(Object.keys(description.paths)).toEqual([CHECKS]);
  const { get } = description.paths[CHECKS];
  expect(Object.keys(get.responses)).toEqual(["200", "400", "401", "500", "503"]);
  expect(get.security).toEqual([{ key: [] }]);
});

test("fails with 500 and no trace on a defect", async () => {
  const current = async (): Promise<HostCheck[]> => {
    throw new Error("a defect");
  };
  const { ask } = await newClient({ watch: { current } });
  const answer = await ask({ url: CHECKS, headers });
  expect(problemOf(answer).status).toBe(500);
  expect(answer.body).not.toContain("defect");
});

test("fails with 503 while the process lags behind, but never where the platform asks", async () => {
  const { ask } = await newClient({ maxEventLoopDelay: 20 });
  const asked = async (): Promise<number> => {
    for (const until = performance.now() + 1500; performance.now() < until; );
    // It looks once a second how far behind it is, so now.
    await sleep(10);
    const answer = await ask({ url: CHECKS, headers });
    if (answer.statusCode === 503) expect(answer.headers["retry-after"]).toBe("5");
    return answer.statusCode;
  };
  await expect.poll(asked).toBe(503);
  expect((await ask("/health")).statusCode).toBe(200);
});
