import { metricsOf } from "./metric.ts";

/** What we use of blackbox_exporter, about what it asks. */
export const probesMetrics = metricsOf("probes", {
  probe_duration_seconds: { type: "gauge", unit: "seconds", labels: ["probe", "service"] },
  probe_ssl_earliest_cert_expiry: { type: "gauge", unit: "seconds", labels: ["probe", "service"], onEvent: true },
  probe_success: { type: "gauge", unit: "boolean", labels: ["probe", "service"] },
});
