/** What can keep traces. */
export const TRACE_STORES = ["jaeger", "tempo"] as const;

/** Jaeger, with pages of its own and Badger on its disk; or Tempo, which Grafana shows. */
export type TraceStoreKind = (typeof TRACE_STORES)[number];
