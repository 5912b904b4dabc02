import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "prom-client";
import { beforeEach, expect, test } from "vitest";
import { callMetrics } from "../../../calls/index.ts";
import { type InstrumentedServer, MAX_BYTES, newServer, Problem } from "../../../telemetry/node/index.ts";
import type { UpstreamClient } from "../../src/gateway/upstream.ts";
import { withinClient } from "../../src/gateway/within-client.ts";

let whole: InstrumentedServer;
let client: UpstreamClient;
let registry: Registry;
let seen: unknown[];

beforeEach(() => {
  seen = [];
  registry = new Registry();
  whole = newServer({ service: "gateway", version: "test" });
  const part = newServer({ service: "survey", version: "test", partOf: whole });
  part.app.get("/well", async (request) => {
    seen.push({ query: request.query, id: request.id });
    return { data: "ä" };
  });
  part.app.post("/posted", async (request) => request.body);
  part.app.get("/refused", async () => {
    throw new Problem(409, "request-limit", "Too many.", { headers: { "Retry-After": "7" } });
  });
  part.app.get("/broken", async () => {
    seen.push("broken");
    throw new TypeError("inner words");
  });
  part.app.get("/slow", async () => sleep(500));
  part.app.get("/large", async () => "x".repeat(MAX_BYTES + 1));
  client = withinClient("survey", part, { timeoutMs: 100, metrics: callMetrics(registry) });
});

const outcomes = async (): Promise<string[]> =>
  (await registry.metrics())
    .split("\n")
    .flatMap((line) => /^service_calls_total\{callee="survey",outcome="([\w-]+)"\} [1-9]/.exec(line)?.[1] ?? []);

const asked = (path: string) => ({ path, requestId: "r-1" });

test("it is asked as over the network: query, body and the request's id", async () => {
  const answer = await client.ask({ ...asked("/well"), query: { userId: "a&b=c" } });
  expect(answer.text).toBe('{"data":"ä"}');
  expect(answer.headers.get("content-type")).toContain("application/json");
  expect(seen).toEqual([{ query: { userId: "a&b=c" }, id: "r-1" }]);
  const posted = await client.ask({ ...asked("/posted"), method: "POST", body: { a: [1] } });
  expect(JSON.parse(posted.text)).toEqual({ a: [1] });
  expect(await outcomes()).toEqual(["ok"]);
});

test("fails with its own refusal, where that is for people", async () => {
  await expect(client.ask(asked("/refused"))).rejects.toMatchObject({ status: 409, kind: "request-limit" });
  expect(await outcomes()).toEqual(["refused"]);
});

test("fails as one that broke, once, without its inner words", async () => {
  const refusal = await client.ask(asked("/broken")).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 502, kind: "survey-failed" });
  expect(String(refusal)).not.toContain("inner words");
  expect(seen).toEqual(["broken"]);
  expect(await outcomes()).toEqual(["failed"]);
});

test("fails in time with one that is slow", async () => {
  const began = performance.now();
  await expect(client.ask(asked("/slow"))).rejects.toMatchObject({ status: 504, kind: "survey-timeout" });
  expect(performance.now() - began).toBeLessThan(450);
  expect(await outcomes()).toEqual(["timeout"]);
});

test("fails with an answer that would be too large for the network", async () => {
  await expect(client.ask(asked("/large"))).rejects.toMatchObject({ status: 502, kind: "survey-failed" });
  expect(await outcomes()).toEqual(["too-large"]);
});

test("what is asked within is no request of its own on the page of the whole", async () => {
  await client.ask(asked("/well"));
  const page = (await whole.app.inject("/metrics")).payload;
  expect(page).toContain("http_requests_in_flight 0");
  expect(page).not.toContain('route="/well"');
});
