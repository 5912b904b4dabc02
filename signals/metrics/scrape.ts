import { metricsOf } from "./metric.ts";

/** What Prometheus itself adds: of each scrape, and of each alert. */
export const scrapeMetrics = metricsOf("scrape", {
  ALERTS: { type: "gauge", unit: "none", labels: ["alertname", "alertstate", "kind", "owner", "service", "severity"] },
  up: { type: "gauge", unit: "boolean", labels: [] },
});
