import { describe, expect, it } from "vitest";
import type { LogStoreKind } from "../../signals/log-stores.ts";
import { METRICS, seriesOfMetric } from "../../signals/metrics/catalogue.ts";
import type { Metric } from "../../signals/metrics/metric.ts";
import { PACES } from "../../signals/rule-group.ts";
import { STORES } from "../../signals/stores/index.ts";
import { checkAnswers } from "../signals/promtool.ts";
import { panelsOf, parseDashboard, stackDashboards, stackRules } from "./stack.ts";

/** Who emits the metrics of a source, in the stack of these tests. */
const INSTANCES: Readonly<Record<string, readonly string[]>> = {
  alertmanager: ['job="alertmanager",instance="alertmanager-1:9093"'],
  blackbox: ['job="blackbox",instance="blackbox:9115"'],
  collector: ['job="collector",instance="collector:8888"'],
  containers: ['job="containers",instance="containers:9117"'],
  "database-pool": ['job="orders",instance="orders-1:3000"'],
  grafana: ['job="grafana",instance="grafana:3000"'],
  host: ['job="node",instance="node:9100"'],
  "host-checks": ['job="orders",instance="orders-1:3000"'],
  "http-service": ['job="orders",instance="orders-1:3000"'],
  loki: ['job="loki",instance="loki:3100"'],
  nginx: ['job="frontend",instance="frontend-exporter:9113"'],
  "php-fpm": ['job="blog-php",instance="blog-php-1-exporter:9253"'],
  probes: ['job="probes",instance="https://shop.example/"'],
  prometheus: ['job="prometheus",instance="localhost:9090"'],
  "service-calls": ['job="orders",instance="orders-1:3000"'],
  spans: ['job="spans",instance="collector:8889"'],
  tempo: ['job="tempo",instance="tempo:3200"'],
  "trace-path": ['job="collector",instance="collector:8888"'],
  "trace-sampling": ['job="collector",instance="collector:8888"'],
  scrape: ['job="orders",instance="orders-1:3000"', 'job="postgres",instance="postgres-exporter:9187"'],
  traefik: ['job="edge",instance="edge:8082"'],
  victorialogs: ['job="victorialogs",instance="victorialogs:9428"'],
  ...Object.fromEntries(STORES.map(({ name }) => [name, [`job="${name}",instance="${name}-exporter:1"`]])),
};

/** Values of labels that a query or a rule asks for; those of any other label do not matter. */
const LABELS: Readonly<Record<string, string>> = {
  alertname: "Watchdog",
  alertstate: "firing",
  client: "edge",
  command: "select",
  container_name: "orders-1",
  data_type: "traces",
  error: "max_connections",
  failed: "false",
  fstype: "ext4",
  mode: "idle",
  server: "orders",
  service: "orders",
  service_name: "orders",
  severity: "none",
  span_kind: "SPAN_KIND_SERVER",
  status: "200",
  status_code: "200",
  code: "200",
};

/** Where only one kind of service has a metric. */
const THEIRS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  container_unix_socket_pending_connections: {
    container_name: "blog-php-1",
    path: "/run/vigie-php/blog-php-1.sock",
    service: "blog-php",
  },
  memcached_commands_total: { command: "get", status: "hit" },
};

/** What comes with an event that every stack has seen: a page with a certificate, and a line that was written. */
const EXPECTED = ["probe_ssl", "host_check_certificate", "vl_rows_ingested", "vl_bytes_ingested"];

/**
 * A stack that emits what the catalogue has: all goes well, and nothing fails.
 *
 * @param counter the samples of what only grows
 */
function seriesOf(counter: string): Readonly<Record<string, string>> {
  const all: readonly Metric[] = Object.values(METRICS);
  const expected = (name: string): boolean => EXPECTED.some((begin) => name.startsWith(begin));
  return Object.fromEntries(
    all
      // What comes with a failure only is not there.
      .filter(({ name, onEvent = false }) => !onEvent || expected(name))
      .flatMap((metric) =>
        seriesOfMetric(metric).flatMap((name) =>
          (INSTANCES[metric.source] ?? []).flatMap((instance) =>
            (name.endsWith("_bucket") ? ["0.5", "1", "+Inf"] : [undefined]).map((le) => {
              const values = { ...LABELS, ...THEIRS[metric.name] };
              const own = metric.labels.map((label) => `,${label}="${values[label] ?? "x"}"`).join("");
              const grows = metric.type === "counter" || metric.type === "histogram";
              return [`${name}{${instance}${own}${le === undefined ? "" : `,le="${le}"`}}`, grows ? counter : "1x60"];
            }),
          ),
        ),
      ),
  );
}

const CHOSEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(STORES.map(({ name }) => [name, { $job: name }])),
  nginx: { $job: "frontend" },
  "php-fpm": { $job: "blog-php" },
  traefik: { $job: "edge" },
  host: { $instance: "node:9100" },
};

const queriesWith = (logStore: LogStoreKind): readonly string[] =>
  stackDashboards(PACES.steady, logStore)
    .map(parseDashboard)
    .flatMap(({ uid, ...dashboard }) => {
      const chosen = { $__rate_interval: "1m", $job: "orders", $service: "orders", ...CHOSEN[uid] };
      const written = (query: string): string =>
        query.replace(/\$[A-Za-z_]+/g, (name) => (chosen as Record<string, string>)[name] ?? name);
      return panelsOf(dashboard).flatMap(({ datasource, targets }) =>
        datasource.type === "prometheus" ? targets.map(({ expr }) => written(expr)) : [],
      );
    });

describe("every panel has a number to show", () => {
  // All in one run: promtool evaluates the rules once for it.
  it.each<[LogStoreKind, string, string]>([
    ["loki", "where there is work", "0+5x60"],
    ["loki", "where nobody asks for anything, and nothing ever failed", "5x60"],
    ["victorialogs", "where there is work", "0+5x60"],
    ["victorialogs", "where nobody asks for anything, and nothing ever failed", "5x60"],
  ])("with logs in %s, %s", (logStore, _, counter) => {
    const queries = queriesWith(logStore);
    expect(queries.length).toBeGreaterThan(120);
    checkAnswers(stackRules(PACES.steady, logStore), { series: seriesOf(counter), at: "12m", queries });
  });

  it("fails where a query has no answer, or one that is no number", () => {
    const answers = (series: Readonly<Record<string, string>>) => () =>
      checkAnswers([], { series, at: "2m", queries: ["up / up"] });
    expect(answers({ up: "1x40" })).not.toThrow();
    expect(answers({})).toThrow("promtool refuses the case");
    expect(answers({ up: "0x40" })).toThrow("promtool refuses the case");
  });
});
