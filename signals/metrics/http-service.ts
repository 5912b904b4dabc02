import { metricsOf } from "./metric.ts";

/** What we use of every service with `services/telemetry`. */
export const httpServiceMetrics = metricsOf("http-service", {
  http_request_duration_seconds: { type: "histogram", unit: "seconds", labels: ["method", "route", "status"] },
  http_requests_in_flight: { type: "gauge", unit: "count", labels: [] },
});
