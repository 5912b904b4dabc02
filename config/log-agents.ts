/** What can bring the containers' logs to their store. */
export const LOG_AGENTS = ["collector", "promtail"] as const;

/** The OpenTelemetry Collector, or Promtail, which ended on 2026-03-02 and is there for those who come from it. */
export type LogAgent = (typeof LOG_AGENTS)[number];
