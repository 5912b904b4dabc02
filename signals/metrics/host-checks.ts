import { metricsOf } from "./metric.ts";

/** What we use of the service that looks at hosts: `health` of the surveys. */
export const hostChecksMetrics = metricsOf("host-checks", {
  host_check_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: ["host", "port", "tls"],
    onEvent: true,
  },
  host_check_duration_seconds: { type: "gauge", unit: "seconds", labels: ["host", "port", "tls"] },
  host_check_up: { type: "gauge", unit: "boolean", labels: ["host", "port", "tls"] },
});
