import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newServer } from "../../../telemetry/node/index.ts";
import { ownKey, requireApiKey } from "../../src/between/api-key.ts";
import { refusedCalls } from "../../src/between/refused-calls.ts";

let directory: string;
let file: string;
let app: FastifyInstance;
let metrics: () => Promise<string>;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "surveys-keys-"));
  file = path.join(directory, "keys");
  writeFileSync(file, "new\nold\n");
  const server = newServer({ service: "survey", version: "test" });
  app = server.app;
  metrics = () => server.metrics.registry.metrics();
  await app.register(async (scope) => {
    requireApiKey(scope, file, refusedCalls("api-key", server.metrics.registry));
    scope.get("/things", () => ({ data: [] }));
  });
});
afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true });
});

async function status(key?: string): Promise<number> {
  const { statusCode } = await app.inject({ url: "/things", headers: key === undefined ? {} : { "x-api-key": key } });
  return statusCode;
}

test("each key of the file is let in", async () => {
  expect(await status("new")).toBe(200);
  expect(await status("old")).toBe(200);
});

test("a line may be a digest: its key is let in, and the line itself is not", async () => {
  const line = `sha256:${createHash("sha256").update("kept elsewhere").digest("hex")}`;
  const upper = line.replace(/[0-9a-f]{64}$/, (digest) => digest.toUpperCase());
  writeFileSync(file, `${line}\nold\n${upper}\n`);
  expect(await status("kept elsewhere")).toBe(200);
  expect(await status("old")).toBe(200);
  for (const wrong of [line, line.slice("sha256:".length), "kept", "sha256:"]) expect(await status(wrong)).toBe(401);
  // What only looks like one is a key like every other.
  expect(await status(upper)).toBe(200);
});

test("no key and wrong ones are refused and counted", async () => {
  expect(await status()).toBe(401);
  for (const wrong of ["", "n", "new2", "new\told", "NEW"]) expect(await status(wrong)).toBe(401);
  const answer = await app.inject({ url: "/things", headers: { "x-api-key": "guess" } });
  expect(answer.json()).toMatchObject({ type: "urn:vigie:problem:no-api-key", status: 401 });
  expect(answer.body).not.toContain("guess");
  const text = await metrics();
  expect(text).toContain('calls_refused_total{reason="missing"} 1');
  expect(text).toContain('calls_refused_total{reason="wrong"} 6');
});

test("the platform's own routes need none", async () => {
  for (const url of ["/health", "/ready", "/metrics"]) expect((await app.inject(url)).statusCode).toBe(200);
});

test("a key is changed without a start, and without a moment in which none holds", async () => {
  writeFileSync(file, "newest\nnew\n");
  expect(ownKey(file)()).toBe("newest");
  expect(await status("newest")).toBe(200);
  expect(await status("new")).toBe(200);
  expect(await status("old")).toBe(401);
});

test("empty lines, spaces and line ends of editors are no keys", async () => {
  writeFileSync(file, "\n  one  \r\n\n");
  expect(ownKey(file)()).toBe("one");
  expect(await status("one")).toBe(200);
  expect(await status("")).toBe(401);
});

test("a file without a key lets nobody in", async () => {
  writeFileSync(file, "\n");
  expect(ownKey(file)()).toBe("");
  expect(await status("")).toBe(401);
  expect(await status("new")).toBe(401);
});
