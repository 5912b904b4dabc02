import { metricsOf } from "./metric.ts";

/** What we use of blackbox_exporter itself. */
export const blackboxMetrics = metricsOf("blackbox", {
  blackbox_exporter_config_last_reload_successful: { type: "gauge", unit: "boolean", labels: [] },
  blackbox_module_unknown_total: { type: "counter", unit: "count", labels: [] },
});
