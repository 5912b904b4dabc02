import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link collectorRules} watches. */
export interface CollectorRules {
  /** The `job` label of the OpenTelemetry Collector. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/**
 * The Collector itself: lines that it gives up, lines that it cannot take, and none at all. Its queue is watched by
 * `LogsDelayed`.
 */
export function collectorRules({ job, pace = PACES.steady }: CollectorRules): RuleGroup {
  const { window } = pace;
  const increase = (metric: string, by: string, over = window): string =>
    `sum by (job, ${by}) (increase(otelcol_${metric}_log_records_total{job="${job}"}[${over}]))`;
  return {
    name: `${job}.collector`,
    rules: [
      {
        alert: "CollectorDropsLogs",
        expr: `${increase("exporter_send_failed", "exporter")} > 0`,
        for: "0s",
        severity: "critical",
        summary: "{{ $labels.job }} gave up {{ $value | humanize }} lines of logs",
        description: "What it could not deliver is lost, unless Docker's files still have it.",
      },
      {
        alert: "CollectorRefusesLogs",
        expr: `${increase("receiver_refused", "receiver")} + ${increase("receiver_failed", "receiver")} > 0`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.job }} could not take {{ $value | humanize }} lines from {{ $labels.receiver }}",
        description:
          "Its memory is at the limit, or its queue is full. It reads them again later, while Docker keeps them.",
      },
      {
        alert: "CollectorReadsNothing",
        expr: `${increase("receiver_accepted", "receiver", "15m")} == 0`,
        // A stack that was just started has not said much.
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.job }} has read {{ $value }} lines of logs in 15 minutes",
        description: "Containers always say something, if only to those who ask how they are. Logs are missing.",
      },
    ],
  };
}
