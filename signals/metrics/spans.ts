import { metricsOf } from "./metric.ts";

/** What the Collector counts of spans: each program's own, and who calls whom. They come with the first request. */
export const spansMetrics = metricsOf("spans", {
  traces_service_graph_request_failed_total: {
    type: "counter",
    unit: "count",
    labels: ["client", "server"],
    onEvent: true,
  },
  traces_service_graph_request_server_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["client", "server"],
    onEvent: true,
  },
  traces_service_graph_request_total: { type: "counter", unit: "count", labels: ["client", "server"], onEvent: true },
  traces_span_metrics_calls_total: {
    type: "counter",
    unit: "count",
    labels: ["service_name", "span_kind", "span_name", "status_code"],
    onEvent: true,
  },
  traces_span_metrics_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    labels: ["service_name", "span_kind", "span_name", "status_code"],
    onEvent: true,
  },
});
