import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clientSpan, databaseCall, getLogger, startTracing, type Tracing, type TracingSettings } from "../index.ts";
import { type Demo, newDemo } from "./demo.ts";
import { captureLines } from "./lines.ts";
import { type OtlpReceiver, startReceiver } from "./otlp-receiver.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";
const DATABASE = { system: "postgresql", host: "db", port: 5432, name: "things" };

let receiver: OtlpReceiver;
let tracing: Tracing | undefined;
let demo: Demo;
let lines: () => Record<string, unknown>[];

beforeEach(async () => {
  lines = captureLines();
  receiver = await startReceiver();
  demo = newDemo();
  const ask = async (): Promise<object> =>
    clientSpan(
      () => databaseCall(DATABASE, "SELECT name FROM things WHERE id = $1"),
      async () => {
        await sleep(2);
        getLogger("demo").info("asked");
        return {};
      },
    );
  demo.app.get("/asking/:id", ask);
  demo.app.post("/asking", ask);
});
afterEach(async () => {
  await tracing?.stop(5000);
  tracing = undefined;
  vi.restoreAllMocks();
  await receiver.close();
});

async function start(changed: Partial<TracingSettings> = {}): Promise<void> {
  const url = `${receiver.endpoint}/v1/traces`;
  const settings: TracingSettings = { url, sampler: "parentbased_always_on", ratio: 1, resource: {}, ...changed };
  tracing = await startTracing("demo", "1.2.3", settings);
}

/** All spans that were made so far. */
async function spans(): Promise<OtlpReceiver["spans"]> {
  await tracing?.stop(5000);
  return receiver.spans;
}

const from = (flags: string): Record<string, string> => ({ traceparent: `00-${TRACE}-${CALLER}-${flags}` });

test("a request is one trace: its caller's, with the database's answer within its own", async () => {
  await start({ resource: { "deployment.environment.name": "dev" } });
  await demo.ask({ url: "/asking/7?token=hush", headers: from("01") });
  const [asked, server, ...others] = await spans();
  expect(others).toEqual([]);
  expect(server).toMatchObject({
    traceId: TRACE,
    parentSpanId: CALLER,
    name: "GET /asking/:id",
    kind: 2,
    status: 0,
    attributes: { "http.request.method": "GET", "http.route": "/asking/:id", "http.response.status_code": 200 },
    resource: { "service.name": "demo", "service.version": "1.2.3", "deployment.environment.name": "dev" },
  });
  expect(asked).toMatchObject({
    traceId: TRACE,
    parentSpanId: server?.spanId,
    name: "SELECT things",
    kind: 3,
    attributes: {
      "db.system.name": "postgresql",
      "db.namespace": "things",
      "db.operation.name": "SELECT",
      "db.query.text": "SELECT name FROM things WHERE id = $1",
      "server.address": "db",
      "server.port": 5432,
    },
  });
  expect(JSON.stringify(receiver.spans)).not.toContain("hush");
});

test("the settings' words on the process go before the service's own", async () => {
  await start({ resource: { "service.name": "orders", "service.version": "abc" } });
  await demo.ask("/things/1");
  const [span] = await spans();
  expect(span?.resource).toMatchObject({ "service.name": "orders", "service.version": "abc" });
  expect(span?.resource["service.instance.id"]).not.toBe("");
});

test("a request without a caller's trace begins one", async () => {
  await start();
  await demo.ask({ method: "POST", url: "/asking", payload: {}, headers: { traceparent: "00-nonsense" } });
  const [asked, server] = await spans();
  expect(server).toMatchObject({ name: "POST /asking", parentSpanId: "" });
  expect(server?.traceId).toMatch(/^[0-9a-f]{32}$/);
  // Reading the body left the context that the request began in.
  expect(asked).toMatchObject({ traceId: server?.traceId, parentSpanId: server?.spanId });
});

test("a caller that isn't kept is followed: nothing is sent, and its lines still have its trace", async () => {
  await start();
  await demo.ask({ url: "/asking/1", headers: from("00") });
  expect(await spans()).toEqual([]);
  expect(lines()).toMatchObject([
    { message: "asked", trace_id: TRACE, trace_flags: "00" },
    { message: "GET /asking/:id answered 200", trace_id: TRACE, trace_flags: "00" },
  ]);
  const { body } = await demo.ask({ url: "/metrics", headers: { accept: "application/openmetrics-text" } });
  expect(body).not.toContain(TRACE);
});

test("each line of a request has its trace and span", async () => {
  await start();
  await demo.ask({ url: "/asking/1", headers: { ...from("01"), "x-request-id": "r1" } });
  await demo.ask("/things/crash");
  const [asked, server, crash] = await spans();
  expect(lines()).toMatchObject([
    { message: "asked", request_id: "r1", trace_id: TRACE, span_id: asked?.spanId, trace_flags: "01" },
    { message: "GET /asking/:id answered 200", trace_id: TRACE, span_id: server?.spanId },
    { message: "unexpected error", trace_id: crash?.traceId, span_id: crash?.spanId },
    { message: "GET /things/:thing answered 500", trace_id: crash?.traceId, span_id: crash?.spanId },
  ]);
  getLogger("x").info("outside");
  expect(lines().at(-1)).not.toHaveProperty("trace_id");
});

test("the ratio takes a part of the requests, and none of 0", async () => {
  await start({ sampler: "parentbased_traceidratio", ratio: 0.25 });
  for (let count = 0; count < 400; count += 1) await demo.ask("/things/1");
  const { length } = await spans();
  expect(length).toBeGreaterThan(50);
  expect(length).toBeLessThan(150);
  await start({ sampler: "parentbased_traceidratio", ratio: 0 });
  await demo.ask("/things/1");
  await demo.ask({ url: "/things/1", headers: from("01") });
  expect((await spans()).slice(length)).toMatchObject([{ traceId: TRACE }]);
});

test("what fails inside is an error with its place in the code, and nobody's words", async () => {
  await start();
  await demo.ask("/things/crash");
  await demo.ask("/things/refused");
  await demo.ask("/wp-login.php");
  const [crash, refused, unmatched] = await spans();
  expect(crash).toMatchObject({
    status: 2,
    attributes: { "http.response.status_code": 500, "error.type": "Error" },
    events: [{ name: "exception", attributes: { "exception.type": "Error" } }],
  });
  expect(crash?.events[0]?.attributes["exception.stacktrace"]).toMatch(/^Error\n\s+at .*demo\.ts/);
  expect(refused).toMatchObject({ status: 0, events: [], attributes: { "http.response.status_code": 409 } });
  expect(unmatched).toMatchObject({ name: "GET unmatched", status: 0 });
  expect(JSON.stringify(receiver.spans)).not.toMatch(/secret inner words|wp-login/);
});

test("a call that fails is an error of its span too", async () => {
  await start();
  demo.app.get("/failing", () =>
    clientSpan(
      () => databaseCall(DATABASE, "INSERT INTO things (name) VALUES ($1)"),
      () => Promise.reject(Object.assign(new TypeError("Key (name)=(jane)"), { code: "23505" })),
    ),
  );
  await demo.ask("/failing");
  const [call, server] = await spans();
  expect(call).toMatchObject({ name: "INSERT things", status: 2, attributes: { "error.type": "23505" } });
  expect(server).toMatchObject({ status: 2, events: [{ attributes: { "exception.type": "TypeError" } }] });
  expect(JSON.stringify(receiver.spans)).not.toContain("jane");
});

test("what the platform asks is not traced, nor are its calls", async () => {
  await start();
  for (const path of ["/metrics", "/health", "/ready"]) await demo.ask({ url: path, headers: from("01") });
  await clientSpan(
    () => databaseCall(DATABASE, "SELECT 1"),
    async () => {},
  );
  expect(await spans()).toEqual([]);
});

test("a kept trace is an exemplar where the scraper takes OpenMetrics", async () => {
  await start();
  await demo.ask({ url: "/things/1", headers: from("01") });
  const open = await demo.ask({
    url: "/metrics",
    headers: { accept: "application/openmetrics-text;version=1.0.0,*/*" },
  });
  expect(open.headers["content-type"]).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  expect(open.body).toMatch(
    new RegExp(
      `^http_request_duration_seconds_bucket\\{.*route="/things/:thing".*\\} 1 # \\{trace_id="${TRACE}"\\} 0\\.`,
      "m",
    ),
  );
  const plain = await demo.ask("/metrics");
  expect(plain.body).not.toContain(TRACE);
  expect(plain.body).toContain(
    'http_request_duration_seconds_count{method="GET",route="/things/:thing",status="200"} 1',
  );
});

test("a collector that is away costs one line, and no request", async () => {
  await receiver.close();
  await start();
  for (let time = 0; time < 600; time += 1) expect((await demo.ask("/things/1")).statusCode).toBe(200);
  await tracing?.stop(10_000);
  await expect
    .poll(() => lines().filter((line) => line.logger === "vigie.tracing"), { timeout: 30_000 })
    .toMatchObject([{ level: "warning", message: expect.stringContaining("ECONNREFUSED") }]);
});

test("no more spans wait than have room: a Collector that is away does not fill the memory", async () => {
  await start();
  // All in one turn: one batch is on its way, and the others wait until the last span has ended.
  demo.app.get("/many", async () => {
    const one = () =>
      clientSpan(
        () => databaseCall(DATABASE, "SELECT 1"),
        async () => undefined,
      );
    await Promise.all(Array.from({ length: 3000 }, one));
    return {};
  });
  await demo.ask("/many");
  const { length } = await spans();
  expect(length).toBeGreaterThanOrEqual(2048);
  expect(length).toBeLessThanOrEqual(2048 + 256);
});
