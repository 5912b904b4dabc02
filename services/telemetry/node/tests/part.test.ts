import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clientSpan, type InstrumentedServer, newServer, startTracing, type Tracing } from "../index.ts";
import { type Demo, newDemo } from "./demo.ts";
import { captureLines } from "./lines.ts";
import { type OtlpReceiver, startReceiver } from "./otlp-receiver.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let receiver: OtlpReceiver;
let tracing: Tracing | undefined;
let demo: Demo;
let part: InstrumentedServer;
let lines: () => Record<string, unknown>[];

beforeEach(async () => {
  lines = captureLines();
  receiver = await startReceiver();
  demo = newDemo();
  part = newServer({ service: "part", version: "1.2.3", partOf: demo });
  part.app.get("/steps/:step", async (request) => {
    const { step } = request.params as { step: string };
    if (step === "crash") throw new TypeError("secret inner words");
    return clientSpan(
      () => ({ name: "GET others", attributes: {} }),
      async () => ({ id: request.id }),
    );
  });
  demo.app.get("/whole/:step", async (request) => {
    const { step } = request.params as { step: string };
    const answer = await part.app.inject({ url: `/steps/${step}`, headers: { "x-request-id": request.id } });
    return { status: answer.statusCode, ...(answer.statusCode === 200 && (answer.json() as object)) };
  });
});
afterEach(async () => {
  await tracing?.stop(5000);
  tracing = undefined;
  vi.restoreAllMocks();
  await receiver.close();
});

const asked = (path: string) =>
  demo.ask({ url: path, headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, "x-request-id": "r-1" } });

test("a part of another server counts and logs no requests of its own, and its routes are on no page", async () => {
  expect((await asked("/whole/1")).json()).toEqual({ status: 200, id: "r-1" });
  expect(await demo.count("GET", "/whole/:step", "200")).toBe(1);
  expect((await demo.ask("/metrics")).body).not.toContain("/steps/");
  expect(await demo.value("http_requests_in_flight")).toBe(0);
  expect(lines().map(({ message }) => message)).toEqual(["GET /whole/:step answered 200"]);
  expect(part.metrics).toBe(demo.metrics);
});

test("what it does is a step of the request's trace, and what it asks is below that", async () => {
  const url = `${receiver.endpoint}/v1/traces`;
  tracing = await startTracing("demo", "1.2.3", { url, sampler: "parentbased_always_on", ratio: 1, resource: {} });
  await asked("/whole/1");
  await asked("/whole/crash");
  await tracing.stop(5000);
  const named = (name: string) => receiver.spans.filter((span) => span.name === name);
  const [request, other] = named("GET /whole/:step");
  const [step, crashed] = named("GET /steps/:step");
  expect(step).toMatchObject({
    traceId: TRACE,
    kind: 1,
    parentSpanId: request?.spanId,
    status: 0,
    attributes: { "http.request.method": "GET", "http.route": "/steps/:step", "http.response.status_code": 200 },
  });
  expect(named("GET others")).toMatchObject([{ kind: 3, parentSpanId: step?.spanId }]);
  expect(crashed).toMatchObject({ parentSpanId: other?.spanId, status: 2 });
  expect(JSON.stringify(receiver.spans)).not.toContain("secret inner words");
});

test("it is ready by its own checks", async () => {
  const check = vi.fn(async () => {
    throw new Error("away");
  });
  const sick = newServer({ service: "part", version: "1", partOf: demo, checks: { store: check } });
  expect((await sick.app.inject("/ready")).statusCode).toBe(503);
  expect((await demo.ask("/ready")).statusCode).toBe(200);
});
