import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type OtlpReceiver, startReceiver } from "../../../telemetry/node/tests/otlp-receiver.ts";
import { type Cluster, newCluster } from "./cluster.ts";
import { killAll, type Running, start, startReady, waitUntil } from "./running.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const kept = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
const heat = { film_id: 1130, title: "secretword", quantity: 2, customer: "customer-of-mine" };

let cluster: Cluster;
let receiver: OtlpReceiver;

beforeAll(async () => {
  cluster = await newCluster();
  await cluster.create("traced");
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  cluster.remove();
});
afterEach(killAll);

// Only requests that say so are traced, and they find a connection: to make one may take too long on a busy machine.
async function traced(changed: Record<string, string> = {}): Promise<Running> {
  const sampler = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_TRACES_SAMPLER: "parentbased_always_off" };
  const service = await startReady(cluster, "traced", { ...sampler, ...changed });
  await waitUntil(async () => (await service.status("/api/orders")) === 200, "the service has a connection");
  return service;
}

test("an order is one trace with its statement, found in its lines and on the histogram, and nobody's words in it", async () => {
  const service = await traced({
    OTEL_SERVICE_NAME: "orders",
    OTEL_RESOURCE_ATTRIBUTES: "service.version=abc,deployment.environment.name=dev",
  });
  await (await service.place(heat, kept)).arrayBuffer();
  await waitUntil(() => receiver.spans.length > 1, "the spans have come");
  expect(receiver.spans).toMatchObject([
    {
      traceId: TRACE,
      name: "INSERT orders",
      attributes: { "db.system.name": "postgresql", "db.namespace": "traced", "server.address": "127.0.0.1" },
      resource: { "service.name": "orders", "service.version": "abc", "deployment.environment.name": "dev" },
    },
    { traceId: TRACE, name: "POST /api/orders", parentSpanId: "00f067aa0ba902b7" },
  ]);
  expect(receiver.spans[0]?.parentSpanId).toBe(receiver.spans[1]?.spanId);
  expect(JSON.stringify(receiver.spans)).not.toMatch(/secretword|customer-of-mine/);
  const lines = service.logs().filter((line) => line.trace_id === TRACE);
  expect(lines.map((line) => line.message)).toEqual(["order placed", "POST /api/orders answered 201"]);
  const open = await service.ask("/metrics", { headers: { accept: "application/openmetrics-text" } });
  expect(await open.text()).toContain(`# {trace_id="${TRACE}"}`);
});

test("the last spans are sent before the end", async () => {
  const service = await traced({ SHUTDOWN_DELAY_SECONDS: "0" });
  const before = receiver.spans.length;
  await (await service.ask("/api/orders/1", { headers: kept })).arrayBuffer();
  service.process.kill("SIGTERM");
  expect(await service.ended()).toBe(0);
  expect(receiver.spans.slice(before).map(({ name }) => name)).toEqual(["SELECT orders", "GET /api/orders/:id"]);
});

test("a collector that is away delays no stop and fails no request", async () => {
  const service = await traced({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    SHUTDOWN_DELAY_SECONDS: "0",
    SHUTDOWN_TIMEOUT_SECONDS: "3",
  });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => service.ask("/api/orders/openapi.json", { headers: kept })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  service.process.kill("SIGTERM");
  expect(await service.ended()).toBe(0);
  expect(service.logs().at(-1)?.message).toBe("stopped");
});

test("fails at once with every wrong variable of OpenTelemetry", async () => {
  const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318", OTEL_TRACES_SAMPLER_ARG: "2", PORT: "0" };
  const service = await start(cluster, "traced", wrong);
  expect(await service.ended()).toBe(78);
  const problems = service.logs().at(-1)?.problems as { name: string }[];
  expect(problems.map(({ name }) => name).sort()).toEqual(Object.keys(wrong).sort());
});
