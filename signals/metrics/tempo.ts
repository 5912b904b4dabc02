import { metricsOf } from "./metric.ts";

/** What we use of Tempo, where it keeps the traces. */
export const tempoMetrics = metricsOf("tempo", {
  tempo_discarded_spans_total: { type: "counter", unit: "count", labels: ["reason"] },
  tempo_receiver_refused_spans: { type: "counter", unit: "count", labels: ["receiver", "transport"] },
});
