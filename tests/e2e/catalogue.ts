/** Asks a running Prometheus whether the programs emit what the metric catalogue says. */

import { METRICS, seriesOfMetric } from "../../signals/metrics/catalogue.ts";
import type { Metric } from "../../signals/metrics/metric.ts";
import { STORES } from "../../signals/stores/index.ts";
import { LOG_STORE, OFFICIAL } from "./images.ts";
import { series } from "./prometheus.ts";

/** The jobs of each source of metrics, as the stack dev names them. */
const JOBS: Readonly<Record<string, readonly string[]>> = {
  alertmanager: ["alertmanager"],
  blackbox: ["blackbox"],
  collector: ["collector"],
  containers: ["containers"],
  "database-pool": ["catalog", "orders"],
  "dead-mans-switch": ["dead-mans-switch"],
  grafana: OFFICIAL ? ["grafana"] : [],
  host: ["node"],
  // Of a system that the stack dev does not have.
  "host-checks": [],
  "http-service": ["catalog", "orders", "recommender"],
  // One of the two.
  loki: LOG_STORE === "loki" ? ["loki"] : [],
  victorialogs: LOG_STORE === "victorialogs" ? ["victorialogs"] : [],
  nginx: ["frontend", "blog"],
  "php-fpm": ["blog-php"],
  probes: ["probes"],
  prometheus: ["prometheus"],
  // Only where the monitoring is on a host of its own.
  "prometheus-agent": [],
  // Of a system that the stack dev does not have.
  "service-calls": [],
  spans: ["spans"],
  // Only where it keeps the traces in Jaeger's place.
  tempo: [],
  "trace-path": ["collector", "jaeger"],
  "trace-sampling": ["collector"],
  traefik: ["edge"],
  // Each is called as its kind is, where a system has it.
  ...Object.fromEntries(STORES.map(({ name, images }) => [name, images[name]?.deployed === false ? [] : [name]])),
};

/**
 * What the catalogue has and a job does not emit: each metric that is missing, or that lacks a label. Those that come
 * with an event are looked at only where they are.
 */
export async function missingMetrics(): Promise<string[]> {
  const metrics: readonly Metric[] = Object.values(METRICS);
  const asked = metrics
    .filter(({ source }) => source !== "scrape")
    .flatMap((metric) => {
      const jobs = JOBS[metric.source];
      if (jobs === undefined) throw new Error(`no job is said to emit the metrics of ${metric.source}`);
      return jobs.flatMap((job) => seriesOfMetric(metric).map((name) => missing(metric, name, job)));
    });
  return (await Promise.all(asked)).flat();
}

async function missing({ labels, onEvent = false }: Metric, name: string, job: string): Promise<string[]> {
  const found = await series(`${name}{job="${job}"}`);
  if (found.length === 0) return onEvent ? [] : [`${job} has no ${name}`];
  const present = new Set(found.flatMap((labelSet) => Object.keys(labelSet)));
  return labels.filter((label) => !present.has(label)).map((label) => `${name} of ${job} has no label ${label}`);
}
