import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link jaegerRules} watches. */
export interface JaegerRules {
  /** The `job` label of Jaeger. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/** Jaeger itself: spans that it takes and can't keep. What can't reach it is the Collector's to tell. */
export function jaegerRules({ job, pace = PACES.steady }: JaegerRules): RuleGroup {
  return { name: `${job}.jaeger`, rules: [
      {
        alert: "JaegerLosesSpans",
        expr: `sum by (job) (increase(otelcol_exporter_send_failed_spans_total{job="${job}"}[${pace.window}])) > 0`,
        for: "0s",
        severity: "warning",
        summary: "{{ $labels.job }} could not keep {{ $value | humanize }} spans",
        description: "What it could not write to its disk is lost.",
      },
  ] };
}
