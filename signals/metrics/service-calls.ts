import { metricsOf } from "./metric.ts";

/** What we use of every service that calls others by `services/calls`. */
export const serviceCallsMetrics = metricsOf("service-calls", {
  service_call_breaker_open: { type: "gauge", unit: "boolean", labels: ["callee"] },
  service_call_duration_seconds: { type: "histogram", unit: "seconds", labels: ["callee"] },
  service_call_ejections_total: { type: "counter", unit: "count", labels: ["callee"] },
  service_call_replica_ejected: { type: "gauge", unit: "boolean", labels: ["callee", "replica"] },
  service_call_retries_total: { type: "counter", unit: "count", labels: ["callee", "reason"] },
  service_call_retry_budget_exhausted_total: { type: "counter", unit: "count", labels: ["callee"] },
  service_call_tries_total: { type: "counter", unit: "count", labels: ["callee", "outcome"] },
  service_calls_in_flight: { type: "gauge", unit: "count", labels: ["callee"] },
  service_calls_total: { type: "counter", unit: "count", labels: ["callee", "outcome"] },
  service_calls_waiting: { type: "gauge", unit: "count", labels: ["callee"] },
});
