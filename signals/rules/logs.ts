import { OVERWHELMED_COLLECTOR, REFUSING_LOKI } from "../faults/pages.ts";
import { alertsAt, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on the path that logs take fire. */
export const LOG_THRESHOLDS = {
  LogsDelayed: { unit: "ratio", fires: "above", warning: 0.5 },
  LogsRefused: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** The path that logs take: lines that wait in the Collector's queue, and lines that Loki refuses for good. */
export function logRules(args: PackArgs<typeof LOG_THRESHOLDS> = {}): RuleGroup {
  const { pace = PACES.steady, owner, thresholds } = args;
  const { window } = pace;
  const at = alertsAt("the path that logs take", LOG_THRESHOLDS, thresholds);
  return rulePack({ name: "logs", owner, dashboard: { uid: "monitoring" } }, [
    ...at("LogsDelayed", ({ value }) => ({
      expr: `max by (job) (otelcol_exporter_queue_size{data_type="logs"} / on (job, instance, exporter) otelcol_exporter_queue_capacity{data_type="logs"}) > ${value}`,
      for: pace.symptomFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job: "collector", says: OVERWHELMED_COLLECTOR } },
      summary: "Logs wait to be delivered: {{ $value | humanizePercentage }} of the queue is full",
      description:
        "{{ $labels.job }} cannot deliver: Loki is away or slow. Nothing is lost while Docker keeps the files.",
    })),
    ...at("LogsRefused", ({ value }) => ({
      expr: `sum by (job, reason) (increase(loki_discarded_samples_total[${window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: REFUSING_LOKI, takes: "15s", within: "0s" },
      summary: "Loki refused {{ $value | humanize }} lines: {{ $labels.reason }}",
      description: `In the last ${window} it refused them for good: who sent them does not send them again.`,
    })),
  ]);
}
