import { STORE_METRICS } from "../stores/index.ts";
import { alertmanagerMetrics } from "./alertmanager.ts";
import { blackboxMetrics } from "./blackbox.ts";
import { callAuthMetrics } from "./call-auth.ts";
import { collectorMetrics } from "./collector.ts";
import { containersMetrics } from "./containers.ts";
import { databasePoolMetrics } from "./database-pool.ts";
import { deadMansSwitchMetrics } from "./dead-mans-switch.ts";
import { grafanaMetrics } from "./grafana.ts";
import { hostMetrics } from "./host.ts";
import { hostChecksMetrics } from "./host-checks.ts";
import { httpServiceMetrics } from "./http-service.ts";
import { lokiMetrics } from "./loki.ts";
import type { Metric } from "./metric.ts";
import { nginxMetrics } from "./nginx.ts";
import { phpFpmMetrics } from "./php-fpm.ts";
import { probesMetrics } from "./probes.ts";
import { prometheusMetrics } from "./prometheus.ts";
import { prometheusAgentMetrics } from "./prometheus-agent.ts";
import { scrapeMetrics } from "./scrape.ts";
import { serviceCallsMetrics } from "./service-calls.ts";
import { spansMetrics } from "./spans.ts";
import { tempoMetrics } from "./tempo.ts";
import { tracePathMetrics } from "./trace-path.ts";
import { traceSamplingMetrics } from "./trace-sampling.ts";
import { traefikMetrics } from "./traefik.ts";
import { victorialogsMetrics } from "./victorialogs.ts";

const all = {
  ...alertmanagerMetrics,
  ...blackboxMetrics,
  ...callAuthMetrics,
  ...collectorMetrics,
  ...containersMetrics,
  ...databasePoolMetrics,
  ...deadMansSwitchMetrics,
  ...grafanaMetrics,
  ...hostMetrics,
  ...hostChecksMetrics,
  ...httpServiceMetrics,
  ...lokiMetrics,
  ...nginxMetrics,
  ...phpFpmMetrics,
  ...probesMetrics,
  ...prometheusMetrics,
  ...prometheusAgentMetrics,
  ...scrapeMetrics,
  ...serviceCallsMetrics,
  ...spansMetrics,
  ...STORE_METRICS,
  ...tempoMetrics,
  ...tracePathMetrics,
  ...traceSamplingMetrics,
  ...traefikMetrics,
  ...victorialogsMetrics,
} as const;

/** Every metric that a rule or a panel uses, in the order of the sources' names. */
export const METRICS = Object.fromEntries(
  Object.entries<Metric>(all).sort(([, one], [, other]) =>
    one.source < other.source ? -1 : Number(one.source !== other.source),
  ),
) as unknown as typeof all;

/** Name of a catalogued metric. */
export type MetricName = keyof typeof METRICS;

/** Name of what emits metrics of the catalogue. */
export type MetricSource = (typeof METRICS)[MetricName]["source"];

const HISTOGRAM_SUFFIX = /_(bucket|count|sum)$/;

/** The metric of a series' name: a histogram's has three. Undefined where the catalogue has none. */
export function metricOfSeries(series: string): Metric | undefined {
  const all: Readonly<Record<string, Metric>> = METRICS;
  const own = all[series];
  if (own !== undefined) return own.type === "histogram" ? undefined : own;
  const histogram = all[series.replace(HISTOGRAM_SUFFIX, "")];
  return histogram?.type === "histogram" && HISTOGRAM_SUFFIX.test(series) ? histogram : undefined;
}

/** The names that a metric's series have. */
export function seriesOfMetric({ name, type }: Metric): readonly string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
}

/** What services say of themselves, and Prometheus of them: a label of the target says which version of a rollout it was. */
const VERSIONED: readonly string[] = ["http-service", "database-pool", "scrape"];

/** The labels that a series of a metric may have. */
export function labelsOfSeries(series: string): readonly string[] {
  const metric = metricOfSeries(series);
  const version = metric !== undefined && VERSIONED.includes(metric.source) ? ["version"] : [];
  return ["job", "instance", ...version, ...(metric?.labels ?? []), ...(series.endsWith("_bucket") ? ["le"] : [])];
}
