import { metricsOf } from "./metric.ts";

/** What we use of the OpenTelemetry Collector. */
export const collectorMetrics = metricsOf("collector", {
  otelcol_exporter_queue_capacity: { type: "gauge", unit: "count", labels: ["data_type", "exporter"] },
  otelcol_exporter_queue_size: { type: "gauge", unit: "count", labels: ["data_type", "exporter"] },
  otelcol_exporter_send_failed_log_records_total: { type: "counter", unit: "count", labels: ["exporter"] },
  otelcol_exporter_sent_log_records_total: { type: "counter", unit: "count", labels: ["exporter"] },
  otelcol_process_memory_rss_bytes: { type: "gauge", unit: "bytes", labels: [] },
  otelcol_receiver_accepted_log_records_total: { type: "counter", unit: "count", labels: ["receiver"] },
  otelcol_receiver_failed_log_records_total: { type: "counter", unit: "count", labels: ["receiver"] },
  otelcol_receiver_refused_log_records_total: { type: "counter", unit: "count", labels: ["receiver"] },
});
