import { metricsOf } from "./metric.ts";

/** What we use of the dead man's switch, of its own word. */
export const deadMansSwitchMetrics = metricsOf("dead-mans-switch", {
  dead_mans_switch_alive: { type: "gauge", unit: "boolean", labels: [] },
  dead_mans_switch_mail_server_up: { type: "gauge", unit: "boolean", labels: [] },
});
