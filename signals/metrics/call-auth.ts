import { metricsOf } from "./metric.ts";

/** What we use of services that call each other, and prove who calls. */
export const callAuthMetrics = metricsOf("call-auth", {
  call_certificate_expiry_timestamp_seconds: { type: "gauge", unit: "seconds", labels: [], onEvent: true },
  calls_refused_total: { type: "counter", unit: "count", labels: ["reason"] },
});
