import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link prometheusRules} watches. */
export interface PrometheusRules {
  /** The `job` label of Prometheus itself. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Series that it may keep in memory. @default 50000 */
  readonly seriesBudget?: number;
}

/** Prometheus itself: does it read its configuration, keep what it scrapes, evaluate in time, and stay small. */
export function prometheusRules({ job, pace = PACES.steady, seriesBudget = 50_000 }: PrometheusRules): RuleGroup {
  const { window } = pace;
  const selector = `{job="${job}"}`;
  const grown = (metrics: readonly string[], over: string = window): string =>
    metrics
      .map((metric) => `sum by (job, instance) (increase(prometheus_${metric}_total${selector}[${over}]))`)
      .join(" + ");
  const iterations = (kind: string): string =>
    `sum by (job, rule_group) (increase(prometheus_rule_group_iterations${kind}_total${selector}[${window}]))`;
  return {
    name: `${job}.prometheus`,
    rules: [
      {
        alert: "PrometheusReloadFailing",
        expr: `prometheus_config_last_reload_successful${selector} == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "{{ $labels.instance }} refuses its configuration",
        description: "It goes on with the one before: new targets and alerts are missing, and a restart would fail.",
      },
      {
        alert: "PrometheusRulesLate",
        expr: `${iterations("_missed")} / (${iterations("")} > 0) > 0.25`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the evaluations of {{ $labels.rule_group }} were left out",
        description: `In the last ${window} one evaluation took longer than the time until the next: alerts come late.`,
      },
      {
        alert: "PrometheusStorageFailing",
        expr: `${grown(
          ["tsdb_wal_writes_failed", "tsdb_wal_corruptions", "tsdb_compactions_failed", "tsdb_head_truncations_failed"],
          "1h",
        )} > 0`,
        for: "0s",
        severity: "critical",
        summary: "The storage of {{ $labels.instance }} failed {{ $value | humanize }} times in an hour",
        description: "Samples may be lost. Its disk is full or broken.",
      },
      {
        alert: "PrometheusSamplesRefused",
        expr: `${grown([
          "target_scrapes_sample_out_of_order",
          "target_scrapes_sample_duplicate_timestamp",
          "target_scrapes_sample_out_of_bounds",
        ])} > 0`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.instance }} refuses {{ $value | humanize }} samples that it scraped",
        description:
          "Two targets have the same labels, or a target sends times of its own. What they say is not to be trusted.",
      },
      {
        alert: "PrometheusSampleLimitHit",
        expr: `${grown(["target_scrapes_exceeded_sample_limit"])} > 0`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.instance }} dropped {{ $value | humanize }} scrapes that were too large",
        description: "A target has more series than its job may have: all of them are dropped, and it counts as down.",
      },
      {
        alert: "SeriesBudgetExceeded",
        expr: `prometheus_tsdb_head_series${selector} > ${seriesBudget}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.instance }} keeps {{ $value | humanize }} series",
        description: `${seriesBudget} are its budget. Each costs memory; at the container's limit the kernel ends Prometheus.`,
      },
      {
        alert: "PrometheusRetentionShortened",
        expr: `${grown(["tsdb_size_retentions"], "1d")} > 0`,
        for: "0s",
        severity: "info",
        summary: "{{ $labels.instance }} deleted {{ $value | humanize }} blocks before their time",
        description: "Its share of the disk was full: metrics go back less far than the retention says.",
      },
    ],
  };
}
