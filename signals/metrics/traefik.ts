import { metricsOf } from "./metric.ts";

/** What we use of Traefik. */
export const traefikMetrics = metricsOf("traefik", {
  traefik_entrypoint_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["code", "entrypoint", "method", "protocol"],
  },
  traefik_entrypoint_requests_bytes_total: {
    type: "counter",
    unit: "bytes",
    labels: ["code", "entrypoint", "method", "protocol"],
  },
  traefik_entrypoint_requests_total: {
    type: "counter",
    unit: "count",
    labels: ["code", "entrypoint", "method", "protocol"],
  },
  traefik_entrypoint_responses_bytes_total: {
    type: "counter",
    unit: "bytes",
    labels: ["code", "entrypoint", "method", "protocol"],
  },
  traefik_open_connections: { type: "gauge", unit: "count", labels: ["entrypoint", "protocol"] },
  traefik_service_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["code", "method", "protocol", "service"],
  },
  traefik_service_requests_total: {
    type: "counter",
    unit: "count",
    labels: ["code", "method", "protocol", "service"],
  },
  traefik_service_server_up: { type: "gauge", unit: "boolean", labels: ["service", "url"] },
});
