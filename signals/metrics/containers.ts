import { metricsOf } from "./metric.ts";

/** What we use of our container metrics. */
export const containersMetrics = metricsOf("containers", {
  container_cpu_cfs_periods_total: { type: "counter", unit: "count", labels: ["container_name", "service"] },
  container_cpu_cfs_throttled_periods_total: { type: "counter", unit: "count", labels: ["container_name", "service"] },
  container_cpu_usage_seconds_total: { type: "counter", unit: "seconds", labels: ["container_name", "service"] },
  container_created_time_seconds: {
    type: "gauge",
    unit: "seconds",
    labels: ["container_name", "service", "version"],
  },
  container_memory_unreclaimable_bytes: { type: "gauge", unit: "bytes", labels: ["container_name", "service"] },
  container_memory_working_set_bytes: { type: "gauge", unit: "bytes", labels: ["container_name", "service"] },
  container_network_receive_bytes_total: {
    type: "counter",
    unit: "bytes",
    labels: ["container_name", "interface", "service"],
  },
  container_network_transmit_bytes_total: {
    type: "counter",
    unit: "bytes",
    labels: ["container_name", "interface", "service"],
  },
  container_oom_events_total: { type: "counter", unit: "count", labels: ["container_name", "service"] },
  container_running: { type: "gauge", unit: "boolean", labels: ["container_name", "service"] },
  container_spec_memory_limit_bytes: { type: "gauge", unit: "bytes", labels: ["container_name", "service"] },
  container_start_time_seconds: { type: "gauge", unit: "seconds", labels: ["container_name", "service"] },
  container_threads: { type: "gauge", unit: "count", labels: ["container_name", "service"] },
  container_threads_max: { type: "gauge", unit: "count", labels: ["container_name", "service"] },
  container_unix_socket_pending_connections: {
    type: "gauge",
    unit: "count",
    labels: ["container_name", "path", "service"],
  },
});
