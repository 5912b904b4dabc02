import { metricsOf } from "./metric.ts";

const CALL = ["client", "server", "failed", "virtual_node"] as const;
const SPAN = ["service_name", "span_kind", "span_name", "status_code"] as const;

/**
 * What the Collector counts of spans: what each program does, and who calls whom. Whoever makes no spans, as a store, is
 * a `virtual_node`, seen by its callers alone.
 */
export const spansMetrics = metricsOf("spans", {
  traces_service_graph_request_client_seconds: { type: "histogram", unit: "seconds", labels: CALL },
  traces_service_graph_request_server_seconds: { type: "histogram", unit: "seconds", labels: CALL },
  traces_service_graph_request_total: { type: "counter", unit: "count", labels: CALL },
  traces_span_metrics_calls_total: { type: "counter", unit: "count", labels: SPAN },
  traces_span_metrics_duration_seconds: { type: "histogram", unit: "seconds", labels: SPAN },
});
