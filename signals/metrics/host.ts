import { metricsOf } from "./metric.ts";

/** What we use of node_exporter. */
export const hostMetrics = metricsOf("host", {
  node_cpu_seconds_total: { type: "counter", unit: "seconds", labels: ["cpu", "mode"] },
  node_disk_io_time_seconds_total: { type: "counter", unit: "seconds", labels: ["device"] },
  node_filefd_allocated: { type: "gauge", unit: "count", labels: [] },
  node_filefd_maximum: { type: "gauge", unit: "count", labels: [] },
  node_filesystem_avail_bytes: { type: "gauge", unit: "bytes", labels: ["device", "fstype", "mountpoint"] },
  node_filesystem_files: { type: "gauge", unit: "count", labels: ["device", "fstype", "mountpoint"] },
  node_filesystem_files_free: { type: "gauge", unit: "count", labels: ["device", "fstype", "mountpoint"] },
  node_filesystem_size_bytes: { type: "gauge", unit: "bytes", labels: ["device", "fstype", "mountpoint"] },
  node_load1: { type: "gauge", unit: "count", labels: [] },
  node_load15: { type: "gauge", unit: "count", labels: [] },
  node_load5: { type: "gauge", unit: "count", labels: [] },
  node_memory_MemAvailable_bytes: { type: "gauge", unit: "bytes", labels: [] },
  node_memory_MemTotal_bytes: { type: "gauge", unit: "bytes", labels: [] },
  node_network_receive_bytes_total: { type: "counter", unit: "bytes", labels: ["device"] },
  node_network_receive_drop_total: { type: "counter", unit: "count", labels: ["device"] },
  node_network_receive_errs_total: { type: "counter", unit: "count", labels: ["device"] },
  node_network_transmit_bytes_total: { type: "counter", unit: "bytes", labels: ["device"] },
  node_network_transmit_drop_total: { type: "counter", unit: "count", labels: ["device"] },
  node_network_transmit_errs_total: { type: "counter", unit: "count", labels: ["device"] },
  node_pressure_io_stalled_seconds_total: { type: "counter", unit: "seconds", labels: [] },
  node_pressure_memory_stalled_seconds_total: { type: "counter", unit: "seconds", labels: [] },
  node_timex_offset_seconds: { type: "gauge", unit: "seconds", labels: [] },
  node_uname_info: {
    type: "gauge",
    unit: "none",
    labels: ["domainname", "machine", "nodename", "release", "sysname", "version"],
  },
  node_vmstat_oom_kill: { type: "untyped", unit: "count", labels: [] },
  node_vmstat_pgmajfault: { type: "untyped", unit: "count", labels: [] },
});
