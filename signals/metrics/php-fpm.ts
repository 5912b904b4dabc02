import { metricsOf } from "./metric.ts";

/** What we use of PHP-FPM's own status page, as OpenMetrics. Its `phpfpm_listen_queue` is 0 at a Unix socket, whoever waits. */
export const phpFpmMetrics = metricsOf("php-fpm", {
  phpfpm_accepted_connections: { type: "counter", unit: "count", labels: [] },
  phpfpm_active_processes: { type: "gauge", unit: "count", labels: [] },
  phpfpm_idle_processes: { type: "gauge", unit: "count", labels: [] },
  phpfpm_max_children_reached: { type: "counter", unit: "count", labels: [] },
  phpfpm_slow_requests: { type: "counter", unit: "count", labels: [] },
  phpfpm_up: { type: "gauge", unit: "boolean", labels: [] },
});
