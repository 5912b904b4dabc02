import { refusingStore } from "../faults/log-stores.ts";
import { OVERWHELMED_COLLECTOR } from "../faults/pages.ts";
import { LOG_STORE_NAMES, type LogStoreKind } from "../log-stores.ts";
import { alertsAt, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";
import { WATCHERS, type Watchers } from "../watchers.ts";

/** Beyond what the alerts on the path that logs take fire. */
export const LOG_THRESHOLDS = {
  LogsDelayed: { unit: "ratio", fires: "above", warning: 0.5 },
  LogsRefused: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link logRules} watches. */
export interface LogRules extends PackArgs<typeof LOG_THRESHOLDS> {
  /** What keeps the logs. @default "loki" */
  readonly logStore?: LogStoreKind;
  /** What the programs of the monitoring are called. @default WATCHERS */
  readonly watchers?: Watchers;
}

/** Where each store counts the lines that it refuses for good. */
const REFUSED: Readonly<Record<LogStoreKind, string>> = {
  loki: "loki_discarded_samples_total",
  victorialogs: "vl_rows_dropped_total",
};

/** The path that logs take: lines that wait in the Collector's queue, and lines that their store refuses for good. */
export function logRules(args: LogRules = {}): RuleGroup {
  const { pace = PACES.steady, owner, thresholds, logStore = "loki", watchers = WATCHERS } = args;
  const { window } = pace;
  const store = LOG_STORE_NAMES[logStore];
  const at = alertsAt("the path that logs take", LOG_THRESHOLDS, thresholds);
  return rulePack({ name: "logs", owner, dashboard: { uid: "monitoring" } }, [
    ...at("LogsDelayed", ({ value }) => ({
      expr: `max by (job) (otelcol_exporter_queue_size{data_type="logs"} / on (job, instance, exporter) otelcol_exporter_queue_capacity{data_type="logs"}) > ${value}`,
      for: pace.symptomFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job: watchers.collector, says: OVERWHELMED_COLLECTOR } },
      summary: "Logs wait to be delivered: {{ $value | humanizePercentage }} of the queue is full",
      description: `{{ $labels.job }} cannot deliver: ${store} is away or slow. Nothing is lost while Docker keeps the files.`,
    })),
    ...at("LogsRefused", ({ value }) => ({
      expr: `sum by (job, reason) (increase(${REFUSED[logStore]}[${window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: refusingStore(logStore, watchers.logStore).lines, takes: "15s", within: "0s" },
      summary: `${store} refused {{ $value | humanize }} lines: {{ $labels.reason }}`,
      description: `In the last ${window} it refused them for good: who sent them does not send them again.`,
    })),
  ]);
}
