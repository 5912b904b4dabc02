import { metricsOf } from "./metric.ts";

/** What we use of the Collector that decides which traces are kept. */
export const traceSamplingMetrics = metricsOf("trace-sampling", {
  otelcol_processor_tail_sampling_global_count_traces_sampled_total: {
    type: "counter",
    unit: "count",
    labels: ["sampled"],
  },
  otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total: {
    type: "counter",
    unit: "count",
    labels: [],
  },
});
