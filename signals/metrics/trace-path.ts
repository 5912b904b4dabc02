import { metricsOf } from "./metric.ts";

/** What we use of the programs that pass spans on: the Collector, and Jaeger, which is made of the same parts. */
export const tracePathMetrics = metricsOf("trace-path", {
  otelcol_exporter_enqueue_failed_spans_total: { type: "counter", unit: "count", labels: ["exporter"], onEvent: true },
  otelcol_exporter_send_failed_spans_total: { type: "counter", unit: "count", labels: ["exporter"] },
  otelcol_exporter_sent_spans_total: { type: "counter", unit: "count", labels: ["exporter"] },
  otelcol_receiver_accepted_spans_total: { type: "counter", unit: "count", labels: ["receiver", "transport"] },
  otelcol_receiver_refused_spans_total: { type: "counter", unit: "count", labels: ["receiver", "transport"] },
});
