import type { Fault } from "../faults/index.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Loki fire. */
export const LOKI_THRESHOLDS = {
  LokiRequestsFailing: { unit: "ratio", fires: "above", critical: 0.1 },
  LokiPanics: { unit: "count", fires: "above", warning: 0 },
  LokiChunksNotFlushed: { unit: "count", fires: "above", critical: 0 },
  LokiDiskFull: { unit: "count", fires: "above", critical: 0 },
  LokiCheckpointsFailing: { unit: "count", fires: "above", warning: 0 },
  LokiRetentionStopped: { unit: "seconds", fires: "above", warning: 21_600 },
} as const satisfies ThresholdTable;

/** What {@link lokiRules} watches. */
export interface LokiRules extends JobPackArgs<typeof LOKI_THRESHOLDS> {
  /** The `job` label of Loki. */
  readonly job: string;
}

// It takes lines into its log of writes, and stores them when it is told to: both are files.
const takingNoWrites = (job: string): Fault => ({
  kind: "no-writes",
  containers: { component: job },
  asked: { port: 3100, path: "/flush" },
});

const FULL: readonly Said[] = [{ series: "loki_ingester_wal_disk_full_failures_total", perSecond: 1 }];

const BROKEN: readonly Said[] = [
  { series: "loki_panic_total", perSecond: 1 },
  { series: "loki_ingester_checkpoint_creations_failed_total", perSecond: 1 },
  { series: "loki_compactor_apply_retention_last_successful_run_timestamp_seconds", secondsAgo: 8 * 3600 },
];

/** Loki itself: does it answer, does it keep what it was given, does it delete what is old. */
export function lokiRules(args: LokiRules): RuleGroup {
  const { job, owner } = args;
  const told = jobAlerts(LOKI_THRESHOLDS, args);
  const { pace, at } = told;
  const { window } = pace;
  // Until it is ready it says so with 503, to whoever asks.
  const rate = (status = ""): string =>
    `sum by (job, route) (rate(loki_request_duration_seconds_count{job="${job}",route!="ready"${status}}[${window}]))`;
  const retention = `loki_compactor_apply_retention_last_successful_run_timestamp_seconds{job="${job}"}`;
  return rulePack({ job, pack: "loki", owner, dashboard: { uid: "monitoring" } }, [
    ...at("LokiRequestsFailing", ({ value }) => ({
      expr: `${rate(',status_code=~"5.."')} / ${rate()} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: takingNoWrites(job), takes: "15s" },
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of the requests to {{ $labels.route }}",
      description: "Logs are not taken, or not found.",
    })),
    ...at("LokiPanics", ({ value }) => ({
      expr: `${increase(told, "loki_panic_total")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: BROKEN }, within: "0s" },
      summary: "{{ $labels.instance }} met {{ $value | humanize }} defects of its own program",
      description: `In the last ${window} requests to Loki ended in a panic. Its log has the place.`,
    })),
    ...keeping(told),
    ...at("LokiRetentionStopped", ({ value }) => ({
      // 0 until the first run.
      expr: `time() - (${retention} > 0) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: BROKEN } },
      summary: "{{ $labels.instance }} has deleted no old logs for {{ $value | humanizeDuration }}",
      description: "It does so every ten minutes. What is older than the retention fills the disk.",
    })),
  ]);
}

type Told = JobAlerts<typeof LOKI_THRESHOLDS>;

/** How much a counter of it grew. */
function increase({ selector, pace }: Told, metric: string): string {
  return `sum by (job, instance) (increase(${metric}${selector}[${pace.window}]))`;
}

/** Whether it can write what it was given: to its store, to its log of writes, and to a shorter one. */
function keeping(told: Told): readonly PackRule[] {
  const { job, pace, at } = told;
  const { window } = pace;
  return [
    ...at("LokiChunksNotFlushed", ({ value }) => ({
      expr: `${increase(told, "loki_ingester_chunks_flush_failures_total")} > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: takingNoWrites(job), takes: "15s", within: "0s" },
      summary: "{{ $labels.instance }} failed {{ $value | humanize }} times to store lines",
      description: `In the last ${window} lines stayed in its memory and its log of writes, since the store took them not.`,
    })),
    ...at("LokiDiskFull", ({ value }) => ({
      expr: `${increase(told, "loki_ingester_wal_disk_full_failures_total")} > ${value}`,
      for: "0s",
      kind: "cause",
      // A limit of file sizes is no full disk: Loki counts only what the kernel calls so.
      drill: { fault: { kind: "stand-in", job, says: FULL }, within: "0s" },
      summary: "{{ $labels.instance }} could not write {{ $value | humanize }} times: its disk is full",
      description: "Lines that it takes now are lost when it ends.",
    })),
    ...at("LokiCheckpointsFailing", ({ value }) => ({
      expr: `${increase(told, "loki_ingester_checkpoint_creations_failed_total")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: BROKEN }, within: "0s" },
      summary: "{{ $labels.instance }} failed {{ $value | humanize }} times to shorten its log of writes",
      description: "The log grows, and the next start takes longer. Often its disk is full.",
    })),
  ];
}
