import { metricsOf } from "./metric.ts";

/** What Prometheus itself adds: of each scrape, and of each alert. */
export const scrapeMetrics = metricsOf("scrape", {
  ALERTS: { type: "gauge", unit: "none", labels: ["alertname", "alertstate", "kind", "owner", "service", "severity"] },
  scrape_duration_seconds: { type: "gauge", unit: "seconds", labels: [] },
  scrape_sample_limit: { type: "gauge", unit: "count", labels: [] },
  scrape_samples_post_metric_relabeling: { type: "gauge", unit: "count", labels: [] },
  up: { type: "gauge", unit: "boolean", labels: [] },
});
