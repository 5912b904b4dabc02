import { BUDGET_HEADROOM, SERIES_BUDGETS } from "../metrics/budgets.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackAlert, type PackRule, rulePack } from "../pack.ts";
import type { Pace, RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";
import { WATCHERS } from "../watchers.ts";

/** Beyond what the alerts on Prometheus fire. */
export const PROMETHEUS_THRESHOLDS = {
  PrometheusRulesLate: { unit: "ratio", fires: "above", warning: 0.25 },
  PrometheusStorageFailing: { unit: "count", fires: "above", critical: 0 },
  PrometheusSamplesRefused: { unit: "count", fires: "above", warning: 0 },
  PrometheusSampleLimitHit: { unit: "count", fires: "above", warning: 0 },
  SeriesBudgetExceeded: { unit: "count", fires: "above", warning: 50_000 },
  TargetSeriesHigh: { unit: "ratio", fires: "above", warning: 1 / BUDGET_HEADROOM },
  PrometheusRetentionShortened: { unit: "count", fires: "above", info: 0 },
} as const satisfies ThresholdTable;

/** What {@link prometheusRules} watches. */
export interface PrometheusRules extends JobPackArgs<typeof PROMETHEUS_THRESHOLDS> {
  /** The `job` label of Prometheus itself. */
  readonly job: string;
  /** The `job` label of what tells of the host: its page is what a drill of what is scraped stands in for. @default "node" */
  readonly node?: string;
}

/** Prometheus itself: does it read its configuration, keep what it scrapes, evaluate in time, and stay small. */
export function prometheusRules(args: PrometheusRules): RuleGroup {
  const { job, owner, node = WATCHERS.node } = args;
  const told = jobAlerts(PROMETHEUS_THRESHOLDS, args);
  return rulePack({ job, pack: "prometheus", owner, dashboard: { uid: "monitoring" } }, [
    prometheusReloadFailing(job, told.pace, "new targets and alerts"),
    ...ownWork(told),
    ...samplesDropped(told, node),
    ...seriesBudgets(told, node),
    ...told.at("PrometheusRetentionShortened", ({ value }) => ({
      expr: `${grown(told, ["tsdb_size_retentions"], "1d")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { undrillable: "Prometheus must have filled its share of the disk: gigabytes of samples." },
      summary: "{{ $labels.instance }} deleted {{ $value | humanize }} blocks before their time",
      description: "Its share of the disk was full: metrics go back less far than the retention says.",
    })),
  ]);
}

type Told = JobAlerts<typeof PROMETHEUS_THRESHOLDS>;

/** How much counters of it grew, together. */
function grown({ selector, pace }: Told, metrics: readonly string[], over: string = pace.window): string {
  return metrics
    .map((metric) => `sum by (job, instance) (increase(prometheus_${metric}_total${selector}[${over}]))`)
    .join(" + ");
}

/** Whether it evaluates its rules in time, and can write what it scrapes. */
function ownWork(told: Told): readonly PackRule[] {
  const { job, pace, selector, at } = told;
  const { window } = pace;
  const iterations = (kind: string): string =>
    `sum by (job, rule_group) (increase(prometheus_rule_group_iterations${kind}_total${selector}[${window}]))`;
  return [
    ...at("PrometheusRulesLate", ({ value }) => ({
      expr: `${iterations("_missed")} / (${iterations("")} > 0) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: {
        fault: { kind: "pause", containers: { component: job }, beats: { still: 12, runs: 4 } },
        takes: window,
        alone: true,
      },
      summary: "{{ $value | humanizePercentage }} of the evaluations of {{ $labels.rule_group }} were left out",
      description: `In the last ${window} one evaluation took longer than the time until the next: alerts come late.`,
    })),
    ...at("PrometheusStorageFailing", ({ value }) => ({
      expr: `${grown(
        told,
        ["tsdb_wal_writes_failed", "tsdb_wal_corruptions", "tsdb_compactions_failed", "tsdb_head_truncations_failed"],
        pace.upkeep,
      )} > ${value}`,
      for: "0s",
      kind: "cause",
      // What it can't write it does not know either: the alert comes when it can write again.
      drill: {
        fault: { kind: "no-writes", containers: { component: job }, seconds: 12 },
        takes: "15s",
        within: "0s",
        alone: true,
      },
      summary: "The storage of {{ $labels.instance }} failed {{ $value | humanize }} times",
      description: `That was in the last ${pace.upkeep}. Samples may be lost. Its disk is full or broken.`,
    })),
  ];
}

/** What it scrapes and does not take: what contradicts itself, and what is too much. */
function samplesDropped(told: Told, node: string): readonly PackRule[] {
  const { job, pace, at } = told;
  return [
    ...at("PrometheusSamplesRefused", ({ value }) => ({
      expr: `${grown(told, [
        "target_scrapes_sample_out_of_order",
        "target_scrapes_sample_duplicate_timestamp",
        "target_scrapes_sample_out_of_bounds",
      ])} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: {
        fault: {
          kind: "stand-in",
          job: node,
          says: [{ series: "node_memory_MemTotal_bytes", value: 1, stale: 86_400 }],
        },
        service: job,
        within: "0s",
      },
      summary: "{{ $labels.instance }} refuses {{ $value | humanize }} samples that it scraped",
      description:
        "Two targets have the same labels, or a target sends times of its own. What they say is not to be trusted.",
    })),
    ...at("PrometheusSampleLimitHit", ({ value }) => ({
      expr: `${grown(told, ["target_scrapes_exceeded_sample_limit"])} > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: {
        fault: {
          kind: "stand-in",
          job: node,
          says: [{ series: "node_memory_MemTotal_bytes", value: 1, times: 20_000 }],
        },
        service: job,
        within: "0s",
      },
      summary: "{{ $labels.instance }} dropped {{ $value | humanize }} scrapes that were too large",
      description: "A target has more series than its job may have: all of them are dropped, and it counts as down.",
    })),
  ];
}

/** How near the targets are to the series that they may have, and all of them together. */
function seriesBudgets({ pace, selector, at }: Told, node: string): readonly PackRule[] {
  return [
    ...at("TargetSeriesHigh", ({ value, text }) => ({
      expr: `scrape_samples_post_metric_relabeling / (scrape_sample_limit > 0) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: {
        fault: {
          kind: "stand-in",
          job: node,
          says: [
            {
              series: "node_memory_MemTotal_bytes",
              value: 1,
              times: Math.floor(SERIES_BUDGETS.host * BUDGET_HEADROOM * 0.95),
            },
          ],
          counts: false,
        },
      },
      summary:
        "{{ $labels.instance }} of {{ $labels.job }} has {{ $value | humanizePercentage }} of the series that it may",
      description: `Above ${text} it is over the budget of its job. At 100% its scrapes are dropped, and it counts as down.`,
      labels: { service: "{{ $labels.job }}" },
    })),
    ...at("SeriesBudgetExceeded", ({ value, text }) => ({
      expr: `prometheus_tsdb_head_series${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { undrillable: "The limits of all targets together let in fewer series than this budget." },
      summary: "{{ $labels.instance }} keeps {{ $value | humanize }} series",
      description: `${text} are its budget. Each costs memory; at the container's limit the kernel ends Prometheus.`,
    })),
  ];
}

/**
 * The alert on a Prometheus, an agent too, that refuses its configuration.
 *
 * @param missing what it has not read, in the plural
 */
export function prometheusReloadFailing(job: string, pace: Pace, missing: string): PackAlert {
  return {
    alert: "PrometheusReloadFailing",
    expr: `prometheus_config_last_reload_successful{job="${job}"} == 0`,
    for: pace.downFor,
    severity: "critical",
    kind: "cause",
    drill: {
      fault: {
        kind: "config",
        containers: { component: job },
        file: "/etc/prometheus/prometheus.yml",
        append: "\nbroken by a drill: [\n",
      },
      takes: "10s",
    },
    summary: "{{ $labels.instance }} refuses its configuration",
    description: `It goes on with the one before: ${missing} are missing, and a restart would fail.`,
  };
}
