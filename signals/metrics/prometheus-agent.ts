import { metricsOf } from "./metric.ts";

/** What we use of a Prometheus that only scrapes and sends on. */
export const prometheusAgentMetrics = metricsOf("prometheus-agent", {
  prometheus_remote_storage_samples_failed_total: { type: "counter", unit: "count", labels: ["remote_name", "url"] },
});
