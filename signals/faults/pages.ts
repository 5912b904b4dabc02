import type { Said } from "./stand-in.ts";

/** A Collector whose queues are full, and that takes and gives nothing any more. */
export const OVERWHELMED_COLLECTOR: readonly Said[] = [
  { series: 'otelcol_exporter_queue_size{data_type="logs",exporter="drill"}', value: 900 },
  { series: 'otelcol_exporter_queue_capacity{data_type="logs",exporter="drill"}', value: 1000 },
  { series: 'otelcol_exporter_queue_size{data_type="traces",exporter="drill"}', value: 900 },
  { series: 'otelcol_exporter_queue_capacity{data_type="traces",exporter="drill"}', value: 1000 },
  { series: 'otelcol_receiver_refused_log_records_total{receiver="drill"}', perSecond: 10 },
  { series: 'otelcol_receiver_failed_log_records_total{receiver="drill"}' },
  { series: 'otelcol_exporter_send_failed_spans_total{exporter="drill"}', perSecond: 10 },
  { series: 'otelcol_exporter_enqueue_failed_spans_total{exporter="drill"}', perSecond: 10 },
  { series: 'otelcol_receiver_refused_spans_total{receiver="drill"}', perSecond: 10 },
];
