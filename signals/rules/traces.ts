import { OVERWHELMED_COLLECTOR } from "../faults/pages.ts";
import { alertsAt, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on the path that traces take fire. */
export const TRACE_THRESHOLDS = {
  SpansDelayed: { unit: "ratio", fires: "above", warning: 0.5 },
  SpansLost: { unit: "count", fires: "above", warning: 0 },
  SpansRefused: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/**
 * The path that traces take, from the Collector into the store: spans that wait, that are given up, and that are not
 * taken.
 */
export function traceRules(args: PackArgs<typeof TRACE_THRESHOLDS> = {}): RuleGroup {
  const { pace = PACES.steady, owner, thresholds } = args;
  const { window } = pace;
  const at = alertsAt("the path that traces take", TRACE_THRESHOLDS, thresholds);
  const increase = (metric: string, by: string): string =>
    `sum by (job, ${by}) (increase(otelcol_${metric}_spans_total[${window}]))`;
  return rulePack({ name: "traces", owner, dashboard: { uid: "traces" } }, [
    ...at("SpansDelayed", ({ value }) => ({
      expr: `max by (job) (otelcol_exporter_queue_size{data_type="traces"} / on (job, instance, exporter) otelcol_exporter_queue_capacity{data_type="traces"}) > ${value}`,
      for: pace.symptomFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job: "collector", says: OVERWHELMED_COLLECTOR } },
      summary: "Traces wait to be delivered: {{ $value | humanizePercentage }} of the queue is full",
      description: "What keeps the traces is away or slow. When the queue is full, spans are lost.",
    })),
    ...at("SpansLost", ({ value }) => ({
      expr: [
        `${increase("exporter_send_failed", "exporter")} > ${value}`,
        `${increase("exporter_enqueue_failed", "exporter")} > ${value}`,
        // What Tempo throws away, it has taken.
        `label_replace(sum by (job) (increase(tempo_discarded_spans_total[${window}])), "exporter", "its disk", "", "") > ${value}`,
      ].join(" or "),
      for: "0s",
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: { kind: "stand-in", job: "collector", says: OVERWHELMED_COLLECTOR }, within: "0s" },
      summary: "{{ $labels.job }} lost {{ $value | humanize }} spans on their way to {{ $labels.exporter }}",
      description: `In the last ${window} it could not pass them on, and does not try again: these traces have holes.`,
    })),
    ...at("SpansRefused", ({ value }) => ({
      expr: `${increase("receiver_refused", "receiver")} > ${value} or sum by (job, receiver) (increase(tempo_receiver_refused_spans[${window}])) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: { kind: "stand-in", job: "collector", says: OVERWHELMED_COLLECTOR }, within: "0s" },
      summary: "{{ $labels.job }} refused {{ $value | humanize }} spans",
      description: "Its memory is at the limit. Programs send them again for a while, and then let them go.",
    })),
  ]);
}
