import { metricsOf } from "./metric.ts";

/** What we use of nginx-prometheus-exporter. */
export const nginxMetrics = metricsOf("nginx", {
  nginx_connections_accepted: { type: "counter", unit: "count", labels: [] },
  nginx_connections_active: { type: "gauge", unit: "count", labels: [] },
  nginx_connections_handled: { type: "counter", unit: "count", labels: [] },
  nginx_connections_reading: { type: "gauge", unit: "count", labels: [] },
  nginx_connections_waiting: { type: "gauge", unit: "count", labels: [] },
  nginx_connections_writing: { type: "gauge", unit: "count", labels: [] },
  nginx_http_requests_total: { type: "counter", unit: "count", labels: [] },
  nginx_up: { type: "gauge", unit: "boolean", labels: [] },
});
