import { metricsOf } from "./metric.ts";

/** What we use of Grafana. */
export const grafanaMetrics = metricsOf("grafana", {
  grafana_datasource_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["code", "datasource", "method"],
  },
  grafana_http_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["handler", "method", "status_code"],
  },
});
