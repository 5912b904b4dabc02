import { metricsOf } from "./metric.ts";

/** Upper bounds in seconds of Traefik's histograms. A latency objective at the edge must lie on one. */
export const TRAEFIK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

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
  // Of the router: what visitors got, whoever answered them. A service has one for HTTP, and one for HTTPS.
  traefik_router_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["code", "method", "protocol", "router", "service"],
  },
  // Of the service: what its servers never got is not in it, such as the 503 where none is left.
  traefik_service_requests_total: {
    type: "counter",
    unit: "count",
    labels: ["code", "method", "protocol", "service"],
  },
  traefik_service_server_up: { type: "gauge", unit: "boolean", labels: ["service", "url"] },
});
