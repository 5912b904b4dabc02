import { metricsOf } from "./metric.ts";

/** What we use of Loki. */
export const lokiMetrics = metricsOf("loki", {
  loki_compactor_apply_retention_last_successful_run_timestamp_seconds: { type: "gauge", unit: "seconds", labels: [] },
  loki_discarded_samples_total: { type: "counter", unit: "count", labels: ["reason", "tenant"], onEvent: true },
  loki_distributor_bytes_received_total: { type: "counter", unit: "bytes", labels: ["tenant"] },
  loki_distributor_lines_received_total: { type: "counter", unit: "count", labels: ["tenant"] },
  loki_ingester_checkpoint_creations_failed_total: { type: "counter", unit: "count", labels: [] },
  loki_ingester_chunks_flush_failures_total: { type: "counter", unit: "count", labels: [] },
  loki_ingester_memory_chunks: { type: "gauge", unit: "count", labels: [] },
  loki_ingester_memory_streams: { type: "gauge", unit: "count", labels: ["tenant"] },
  loki_ingester_wal_disk_full_failures_total: { type: "counter", unit: "count", labels: [] },
  loki_panic_total: { type: "counter", unit: "count", labels: [] },
  loki_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["method", "route", "status_code", "ws"],
  },
});
