import { refusingStore } from "../faults/log-stores.ts";
import { OVERWHELMED_COLLECTOR } from "../faults/pages.ts";
import type { LogStoreKind } from "../log-stores.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on the Collector fire. */
export const COLLECTOR_THRESHOLDS = {
  CollectorDropsLogs: { unit: "count", fires: "above", critical: 0 },
  CollectorRefusesLogs: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link collectorRules} watches. */
export interface CollectorRules extends JobPackArgs<typeof COLLECTOR_THRESHOLDS> {
  /** The `job` label of the OpenTelemetry Collector. */
  readonly job: string;
  /** Where it brings the lines. @default "loki" */
  readonly logStore?: LogStoreKind;
  /** The `job` label of that store. @default - the kind of the store */
  readonly store?: string | undefined;
}

/**
 * The Collector itself: lines that it gives up, lines that it cannot take, and none at all. Its queue is watched by
 * `LogsDelayed`.
 */
export function collectorRules(args: CollectorRules): RuleGroup {
  const { job, owner, logStore = "loki" } = args;
  const { pace, at } = jobAlerts(COLLECTOR_THRESHOLDS, args);
  const { window } = pace;
  const increase = (metric: string, by: string, over = window): string =>
    `sum by (job, ${by}) (increase(otelcol_${metric}_log_records_total{job="${job}"}[${over}]))`;
  return rulePack({ job, pack: "collector", owner, dashboard: { uid: "monitoring" } }, [
    ...at("CollectorDropsLogs", ({ value }) => ({
      expr: `${increase("exporter_send_failed", "exporter")} > ${value}`,
      for: "0s",
      kind: "cause",
      // It does not send again what is refused for good.
      drill: { fault: refusingStore(logStore, args.store).sender, service: job, takes: "15s", within: "0s" },
      summary: "{{ $labels.job }} gave up {{ $value | humanize }} lines of logs",
      description: "What it could not deliver is lost, unless Docker's files still have it.",
    })),
    ...at("CollectorRefusesLogs", ({ value }) => ({
      expr: `${increase("receiver_refused", "receiver")} + ${increase("receiver_failed", "receiver")} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: OVERWHELMED_COLLECTOR }, within: "0s" },
      summary: "{{ $labels.job }} could not take {{ $value | humanize }} lines from {{ $labels.receiver }}",
      description:
        "Its memory is at the limit, or its queue is full. It reads them again later, while Docker keeps them.",
    })),
    {
      alert: "CollectorReadsNothing",
      expr: `${increase("receiver_accepted", "receiver", "15m")} == 0`,
      // A stack that was just started has not said much.
      for: "15m",
      severity: "warning",
      kind: "cause",
      drill: { undrillable: "It takes half an hour in which no container of the stack writes a line." },
      summary: "{{ $labels.job }} has read {{ $value }} lines of logs in 15 minutes",
      description: "Containers always say something, if only to those who ask how they are. Logs are missing.",
    },
  ]);
}
