import { Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { LATENCY_BUCKETS } from "../latency-buckets.ts";
import { newRequestDurations } from "../request-durations.ts";

const NAME = "http_request_duration_seconds";

/** Of each bucket one request, one on a bound, one beyond all, and a second route, method and status. */
const ANSWERED: readonly [string, string, number, number, string?][] = [
  ["GET", "/things/:thing", 200, 0.001],
  ["GET", "/things/:thing", 200, 0.005],
  ["GET", "/things/:thing", 200, 0.005001, "4bf92f3577b34da6a3ce929d0e0e4736"],
  ["GET", "/things/:thing", 500, 0.3],
  ["POST", "/things/:thing", 200, 10],
  ["GET", 'a "quoted"\\route', 200, 11, "00f067aa0ba902b700f067aa0ba902b7"],
];

// A time of an exemplar's own is all that differs.
const untimed = (text: string): string => text.replace(/^(.* # \{.*\} \S+) [\d.]+$/gm, "$1");

test("what a scraper reads is what the client's own histogram says", async () => {
  const [ours, theirs] = [0, 1].map(() => new Registry(Registry.OPENMETRICS_CONTENT_TYPE)) as [Registry, Registry];
  const durations = newRequestDurations(ours as unknown as Registry);
  const histogram = new Histogram<"method" | "route" | "status" | "trace_id">({
    name: NAME,
    help: "Time from a request's arrival to the end of its answer, by route pattern.",
    labelNames: ["method", "route", "status"],
    buckets: [...LATENCY_BUCKETS],
    enableExemplars: true,
    registers: [theirs],
  });
  for (const [method, route, status, seconds, trace_id] of ANSWERED) {
    durations.observe(method, route, status, seconds, trace_id);
    histogram.observe({
      labels: { method, route, status: String(status) },
      value: seconds,
      ...(trace_id !== undefined && { exemplarLabels: { trace_id } }),
    });
  }
  const text = await ours.metrics();
  expect(untimed(text)).toBe(untimed(await theirs.metrics()));
  expect(text.match(/# \{trace_id=/g)).toHaveLength(2);
  expect(await ours.getMetricsAsJSON()).toMatchObject([{ name: NAME, type: "histogram", aggregator: "sum" }]);
});

test("a bucket keeps its latest trace, with its time", async () => {
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const durations = newRequestDurations(registry as unknown as Registry);
  const before = Date.now() / 1000;
  for (const [seconds, trace] of [[0.001, "first"], [0.002, "second"], [0.003], [0.02, "other"]] as const) {
    durations.observe("GET", "/", 200, seconds, trace);
  }
  const exemplars = [...(await registry.metrics()).matchAll(/le="([^"]+)".* # \{trace_id="(\w+)"\} (\S+) (\S+)$/gm)];
  expect(exemplars.map(([, le, trace, value]) => [le, trace, value])).toEqual([
    ["0.005", "second", "0.002"],
    ["0.025", "other", "0.02"],
  ]);
  for (const [, , , , time] of exemplars) expect(Number(time)).toBeGreaterThanOrEqual(before);
});

test("reset with the registry's metrics, it begins anew", async () => {
  const registry = new Registry();
  const durations = newRequestDurations(registry);
  durations.observe("GET", "/", 200, 0.001);
  registry.resetMetrics();
  expect(await registry.metrics()).not.toContain("_count{");
  durations.observe("GET", "/", 200, 0.001);
  expect(await registry.metrics()).toContain(`${NAME}_count{method="GET",route="/",status="200"} 1`);
});
