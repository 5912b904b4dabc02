import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** The path that logs take: lines that wait in the Collector's queue, and lines that Loki refuses for good. */
export function logRules(pace: Pace = PACES.steady): RuleGroup {
  const { window } = pace;
  return {
    name: "logs",
    rules: [
      {
        alert: "LogsDelayed",
        expr: "max by (job) (otelcol_exporter_queue_size / on (job, instance, exporter) otelcol_exporter_queue_capacity) > 0.5",
        for: pace.symptomFor,
        severity: "warning",
        summary: "Logs wait to be delivered",
        description:
          "{{ $value | humanizePercentage }} of the queue of {{ $labels.job }} is full: Loki is away or slow. Nothing is lost while Docker keeps the files.",
      },
      {
        alert: "LogsRefused",
        expr: `sum by (job, reason) (increase(loki_discarded_samples_total[${window}])) > 0`,
        for: "0s",
        severity: "warning",
        summary: "Loki refuses lines: {{ $labels.reason }}",
        description: `In the last ${window}, {{ $value | humanize }} lines were refused for good: {{ $labels.reason }}.`,
      },
    ],
  };
}
