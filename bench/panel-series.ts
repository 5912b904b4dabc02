/** The queries of panels on recorded series, what they are made from, and raw series to ask them of. */

import { LATENCY_BUCKETS } from "../services/telemetry/node/latency-buckets.ts";
import { seriesIn } from "../signals/metrics/used.ts";
import { isAlertingRule, type RecordingRule } from "../signals/rule-group.ts";
import { containerRules } from "../signals/rules/containers.ts";
import { hostRules } from "../signals/rules/host.ts";
import { httpServiceRules } from "../signals/rules/http-service.ts";

/** What a panel asks for, recorded and raw. */
export interface PanelQuery {
  /** The recorded series. */
  readonly record: string;
  /** The expression that it is recorded from, on raw series alone. */
  readonly raw: string;
  /** Labels that the rule adds. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One series with its samples. */
export interface Samples {
  /** The metric's name: `http_request_duration_seconds_bucket`. */
  readonly name: string;
  /** Its other labels, `job` and `instance` among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** A value for each moment, the earliest first; moments in seconds since 1970, values as Prometheus writes them. */
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

const JOB = "shop";
const HOST = "node";

/** Everything that the packs of a service, the containers and a host record. */
export function panelQueries(): readonly PanelQuery[] {
  const groups = [httpServiceRules({ job: JOB }), containerRules(), hostRules({ job: HOST })];
  const rules = groups.flatMap((group) => group.rules.flatMap((rule) => (isAlertingRule(rule) ? [] : [rule])));
  return rules.map((rule) => ({ record: rule.record, raw: expand(rule.expr, rules), labels: rule.labels ?? {} }));
}

/** An expression without recorded series: each is its own expression, which asks for the same job. */
export function expand(expr: string, rules: readonly RecordingRule[]): string {
  const rule = rules.find(({ record }) => seriesIn(expr).includes(record));
  if (rule === undefined) return expr;
  const name = rule.record.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const raw = expr.replace(new RegExp(`${name}(?:\\{[^}]*\\})?(?![\\w:])`, "g"), () => `(${rule.expr})`);
  return expand(raw, rules);
}

/** The raw series that those queries ask, every step of a range: two replicas with ten routes, 25 containers, a host. */
export function rawSeries(range: {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}): readonly Samples[] {
  const steps = Array.from({ length: (range.end - range.start) / range.step + 1 }, (_, index) => index);
  const counter = (name: string, labels: Samples["labels"], each: number): Samples => ({
    ...{ name, labels },
    values: steps.map((step) => [range.start + step * range.step, String(Math.round(step * each))]),
  });
  const gauge = (name: string, labels: Samples["labels"], about: number): Samples => ({
    ...{ name, labels },
    values: steps.map((step) => [
      range.start + step * range.step,
      String(Math.round(about * (1 + Math.sin(step / 50) / 4))),
    ]),
  });
  const requests = numbers(2).flatMap((replica) =>
    numbers(10).flatMap((route) =>
      ["200", "500"].flatMap((status) => {
        const labels = { job: JOB, instance: `shop-${replica}:5000`, method: "GET", route: `/${route}`, status };
        const each = status === "200" ? 20 + route : 1;
        const bounds = [...LATENCY_BUCKETS.map(String), "+Inf"];
        return [
          counter("http_request_duration_seconds_count", labels, each),
          ...bounds.map((le, index) =>
            counter("http_request_duration_seconds_bucket", { ...labels, le }, (each * (index + 1)) / bounds.length),
          ),
        ];
      }),
    ),
  );
  const containers = numbers(25).flatMap((index) => {
    const labels = {
      job: "containers",
      instance: "containers:9117",
      container_name: `c-${index}`,
      service: `s-${index}`,
    };
    return [
      gauge("container_memory_unreclaimable_bytes", labels, 1e8),
      gauge("container_spec_memory_limit_bytes", labels, 2e8),
      counter("container_cpu_cfs_periods_total", labels, 150),
      counter("container_cpu_cfs_throttled_periods_total", labels, 10),
      gauge("container_threads", labels, 20),
      gauge("container_threads_max", labels, 512),
    ];
  });
  const host = { job: HOST, instance: "node:9100" };
  const disks = numbers(4).flatMap((index) => {
    const labels = { ...host, device: `/dev/sd${index}`, fstype: "ext4", mountpoint: `/mnt/${index}` };
    return [gauge("node_filesystem_avail_bytes", labels, 1e10), gauge("node_filesystem_size_bytes", labels, 1e11)];
  });
  const memory = [gauge("node_memory_MemAvailable_bytes", host, 1e9), gauge("node_memory_MemTotal_bytes", host, 4e9)];
  return [...requests, ...containers, ...disks, ...memory];
}

/** Series as OpenMetrics, which promtool makes blocks of. */
export function openMetrics(series: readonly Samples[]): string {
  const lines = series.flatMap(({ name, labels, values }) => {
    const set = Object.entries(labels)
      .filter(([label]) => label !== "__name__")
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(",");
    return values.map(([seconds, value]) => `${name}{${set}} ${value} ${seconds}\n`);
  });
  return `${lines.join("")}# EOF\n`;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
