import { metricsOf } from "./metric.ts";

/** What we use of VictoriaLogs. */
export const victorialogsMetrics = metricsOf("victorialogs", {
  // There with the first line of each protocol.
  vl_bytes_ingested_total: { type: "counter", unit: "bytes", labels: ["type"], onEvent: true },
  vl_concurrent_select_limit_timeout_total: { type: "counter", unit: "count", labels: [] },
  vl_data_size_bytes: { type: "gauge", unit: "bytes", labels: ["type"] },
  vl_free_disk_space_bytes: { type: "gauge", unit: "bytes", labels: ["path"] },
  vl_http_errors_total: { type: "counter", unit: "count", labels: ["path", "format"] },
  vl_http_requests_total: { type: "counter", unit: "count", labels: ["path", "format"] },
  vl_max_disk_space_usage_bytes: { type: "gauge", unit: "bytes", labels: ["path"] },
  vl_rows_dropped_total: { type: "counter", unit: "count", labels: ["reason"] },
  vl_rows_ingested_total: { type: "counter", unit: "count", labels: ["type"], onEvent: true },
  vl_storage_is_read_only: { type: "gauge", unit: "boolean", labels: ["path"] },
  vl_streams_created_total: { type: "counter", unit: "count", labels: [] },
});
