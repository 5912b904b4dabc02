import { metricsOf } from "./metric.ts";

/** What we use of Alertmanager. */
export const alertmanagerMetrics = metricsOf("alertmanager", {
  alertmanager_alerts: { type: "gauge", unit: "count", labels: ["state"] },
  alertmanager_alerts_invalid_total: { type: "counter", unit: "count", labels: ["version"] },
  alertmanager_cluster_members: { type: "gauge", unit: "count", labels: [] },
  alertmanager_config_hash: { type: "gauge", unit: "none", labels: [] },
  alertmanager_config_last_reload_successful: { type: "gauge", unit: "boolean", labels: [] },
  alertmanager_nflog_maintenance_errors_total: { type: "counter", unit: "count", labels: [] },
  alertmanager_notification_latency_seconds: { type: "histogram", unit: "seconds", labels: ["integration"] },
  alertmanager_notification_requests_failed_total: { type: "counter", unit: "count", labels: ["integration"] },
  alertmanager_notification_requests_total: { type: "counter", unit: "count", labels: ["integration"] },
  alertmanager_silences_maintenance_errors_total: { type: "counter", unit: "count", labels: [] },
});
