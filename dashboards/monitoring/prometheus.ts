import type { Watched } from "../../signals/signals.ts";
import type { Row } from "../dashboard-file.ts";
import { lines, type PanelBuilder } from "../panels.ts";
import { rateOf, shareOf } from "../promql.ts";
import { jobsOf, limitsOf } from "../watched.ts";

// How fast one of its own counters grows.
type Rate = (metric: string, by: string) => string;

/** Prometheus: how much it keeps, what each job costs it, and whether rules and alerts get through. */
export function prometheusRow(watched: Watched, job: string): Row {
  const selector = `{job="${job}"}`;
  const rate: Rate = (metric, by) => rateOf(`prometheus_${metric}_total${selector}`, by);
  return {
    row: "Prometheus",
    panels: [
      ...seriesKept(watched, selector),
      lines({
        title: "Duration of scrapes",
        description:
          "How long the slowest target of each job takes. Near the time between two scrapes, samples are lost.",
        unit: "s",
        queries: [{ expr: "max by (job) (scrape_duration_seconds)", legend: "{{job}}" }],
      }),
      lines({
        title: "Samples stored",
        description: "Samples a second that are written, scraped ones and those that rules record.",
        unit: "ops",
        queries: [{ expr: rate("tsdb_head_samples_appended", "job"), legend: "samples" }],
      }),
      ...rulesEvaluated(watched, rate),
      // Prometheus has no such series where nobody is told.
      ...(jobsOf(watched, "alertmanager").length === 0 ? [] : [alertsSent(rate)]),
      lines({
        title: "Disk of Prometheus",
        description: "Bytes of samples on disk: blocks, and the newest hours with their log of writes.",
        unit: "bytes",
        stacked: true,
        queries: [
          { expr: `sum by (job) (prometheus_tsdb_storage_blocks_bytes${selector})`, legend: "blocks" },
          { expr: `sum by (job) (prometheus_tsdb_head_chunks_storage_size_bytes${selector})`, legend: "newest" },
          { expr: `sum by (job) (prometheus_tsdb_wal_storage_size_bytes${selector})`, legend: "log of writes" },
        ],
      }),
    ],
  };
}

/** What is kept, what each job costs of it, and how near each is to its budget. */
function seriesKept(watched: Watched, selector: string): readonly PanelBuilder[] {
  return [
    lines({
      title: "Series in memory",
      description: "Series that Prometheus keeps. Each costs memory; above its budget somebody is told.",
      unit: "short",
      marks: limitsOf(watched, "SeriesBudgetExceeded"),
      queries: [{ expr: `max by (instance) (prometheus_tsdb_head_series${selector})`, legend: "{{instance}}" }],
    }),
    lines({
      title: "Samples by job",
      description: "Samples that one scrape of all targets of a job brings, after those that nobody uses are dropped.",
      unit: "short",
      stacked: true,
      queries: [{ expr: "sum by (job) (scrape_samples_post_metric_relabeling)", legend: "{{job}}" }],
    }),
    lines({
      title: "Series, of the budget",
      description: "Share of the series that a target of each job may have. At 100% its scrapes are dropped.",
      unit: "percentunit",
      width: 24,
      marks: limitsOf(watched, "TargetSeriesHigh"),
      queries: [
        {
          expr: "max by (job) (scrape_samples_post_metric_relabeling / (scrape_sample_limit > 0))",
          legend: "{{job}}",
        },
      ],
    }),
  ];
}

/** Whether rules are evaluated in time, and without an error. */
function rulesEvaluated(watched: Watched, rate: Rate): readonly PanelBuilder[] {
  const iterations = (kind: string): string => rate(`rule_group_iterations${kind}`, "rule_group");
  return [
    lines({
      title: "Rules left out",
      description: "Share of the evaluations that were left out since the one before took too long: alerts come late.",
      unit: "percentunit",
      marks: limitsOf(watched, "PrometheusRulesLate"),
      queries: [{ expr: shareOf(iterations("_missed"), iterations("")), legend: "{{rule_group}}" }],
    }),
    lines({
      title: "Rules that fail",
      description: "Evaluations a second that end in an error. Alerts of such a group may not fire.",
      unit: "ops",
      queries: [{ expr: rate("rule_evaluation_failures", "rule_group"), legend: "{{rule_group}}" }],
    }),
  ];
}

function alertsSent(rate: Rate): PanelBuilder {
  return lines({
    title: "Alerts sent",
    description: "Alerts a second that each Alertmanager was given, and those that did not reach it.",
    unit: "ops",
    queries: [
      { expr: rate("notifications_sent", "alertmanager"), legend: "{{alertmanager}}" },
      { expr: rate("notifications_errors", "alertmanager"), legend: "{{alertmanager}}, not reached" },
    ],
  });
}
