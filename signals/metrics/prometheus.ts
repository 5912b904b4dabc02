import { metricsOf } from "./metric.ts";

/** What we use of Prometheus. */
export const prometheusMetrics = metricsOf("prometheus", {
  prometheus_config_last_reload_successful: { type: "gauge", unit: "boolean", labels: [] },
  prometheus_notifications_errors_total: { type: "counter", unit: "count", labels: ["alertmanager"] },
  prometheus_notifications_sent_total: { type: "counter", unit: "count", labels: ["alertmanager"] },
  prometheus_rule_evaluation_failures_total: { type: "counter", unit: "count", labels: ["rule_group"] },
  prometheus_rule_group_iterations_missed_total: { type: "counter", unit: "count", labels: ["rule_group"] },
  prometheus_rule_group_iterations_total: { type: "counter", unit: "count", labels: ["rule_group"] },
  prometheus_target_scrapes_exceeded_sample_limit_total: { type: "counter", unit: "count", labels: [] },
  prometheus_target_scrapes_sample_duplicate_timestamp_total: { type: "counter", unit: "count", labels: [] },
  prometheus_target_scrapes_sample_out_of_bounds_total: { type: "counter", unit: "count", labels: [] },
  prometheus_target_scrapes_sample_out_of_order_total: { type: "counter", unit: "count", labels: [] },
  prometheus_tsdb_compactions_failed_total: { type: "counter", unit: "count", labels: [] },
  prometheus_tsdb_head_chunks_storage_size_bytes: { type: "gauge", unit: "bytes", labels: [] },
  prometheus_tsdb_head_samples_appended_total: { type: "counter", unit: "count", labels: ["type"] },
  prometheus_tsdb_head_series: { type: "gauge", unit: "count", labels: [] },
  prometheus_tsdb_head_truncations_failed_total: { type: "counter", unit: "count", labels: [] },
  prometheus_tsdb_size_retentions_total: { type: "counter", unit: "count", labels: [] },
  prometheus_tsdb_storage_blocks_bytes: { type: "gauge", unit: "bytes", labels: [] },
  prometheus_tsdb_wal_corruptions_total: { type: "counter", unit: "count", labels: [] },
  prometheus_tsdb_wal_storage_size_bytes: { type: "gauge", unit: "bytes", labels: [] },
  prometheus_tsdb_wal_writes_failed_total: { type: "counter", unit: "count", labels: [] },
});
