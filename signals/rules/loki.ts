import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link lokiRules} watches. */
export interface LokiRules {
  /** The `job` label of Loki. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Share of requests with a 5xx status above which an alert fires, from 0 to 1. @default 0.1 */
  readonly errorRatio?: number;
}

/** Loki itself: does it answer, does it keep what it was given, does it delete what is old. */
export function lokiRules({ job, pace = PACES.steady, errorRatio = 0.1 }: LokiRules): RuleGroup {
  const { window } = pace;
  // Until it is ready it says so with 503, to whoever asks.
  const rate = (status = ""): string =>
    `sum by (job, route) (rate(loki_request_duration_seconds_count{job="${job}",route!="ready"${status}}[${window}]))`;
  const increase = (metric: string): string => `sum by (job, instance) (increase(${metric}{job="${job}"}[${window}]))`;
  const retention = `loki_compactor_apply_retention_last_successful_run_timestamp_seconds{job="${job}"}`;
  return {
    name: `${job}.loki`,
    rules: [
      {
        alert: "LokiRequestsFailing",
        expr: `${rate(',status_code=~"5.."')} / ${rate()} > ${errorRatio}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "critical",
        summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of the requests to {{ $labels.route }}",
        description: "Logs are not taken, or not found.",
      },
      {
        alert: "LokiPanics",
        expr: `${increase("loki_panic_total")} > 0`,
        for: "0s",
        severity: "warning",
        summary: "{{ $labels.instance }} met {{ $value | humanize }} defects of its own program",
        description: `In the last ${window} requests to Loki ended in a panic. Its log has the place.`,
      },
      {
        alert: "LokiChunksNotFlushed",
        expr: `${increase("loki_ingester_chunks_flush_failures_total")} > 0`,
        for: pace.symptomFor,
        severity: "critical",
        summary: "{{ $labels.instance }} failed {{ $value | humanize }} times to store lines",
        description: `In the last ${window} lines stayed in its memory and its log of writes, since the store took them not.`,
      },
      {
        alert: "LokiDiskFull",
        expr: `${increase("loki_ingester_wal_disk_full_failures_total")} > 0`,
        for: "0s",
        severity: "critical",
        summary: "{{ $labels.instance }} could not write {{ $value | humanize }} times: its disk is full",
        description: "Lines that it takes now are lost when it ends.",
      },
      {
        alert: "LokiCheckpointsFailing",
        expr: `${increase("loki_ingester_checkpoint_creations_failed_total")} > 0`,
        for: "0s",
        severity: "warning",
        summary: "{{ $labels.instance }} failed {{ $value | humanize }} times to shorten its log of writes",
        description: "The log grows, and the next start takes longer. Often its disk is full.",
      },
      {
        alert: "LokiRetentionStopped",
        // 0 until the first run.
        expr: `time() - (${retention} > 0) > 6 * 3600`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.instance }} has deleted no old logs for {{ $value | humanizeDuration }}",
        description: "It does so every ten minutes. What is older than the retention fills the disk.",
      },
    ],
  };
}
