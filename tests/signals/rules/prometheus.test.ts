import { describe, expect, it } from "vitest";
import { prometheusRules } from "../../../signals/rules/prometheus.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [prometheusRules({ job: "prometheus" })];

const metric = (name: string, labels = "") => `${name}{job="prometheus",instance="prometheus:9090"${labels}}`;

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "PrometheusReloadFailing",
    at: "2m",
    above: { [metric("prometheus_config_last_reload_successful")]: "0x20" },
    below: { [metric("prometheus_config_last_reload_successful")]: "1x20" },
    fires: {
      labels: { severity: "critical", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "prometheus:9090 refuses its configuration",
    },
  },
  {
    alert: "PrometheusRulesLate",
    at: "12m",
    above: {
      [metric("prometheus_rule_group_iterations_missed_total", ',rule_group="targets"')]: "0+260x60",
      [metric("prometheus_rule_group_iterations_total", ',rule_group="targets"')]: "0+1000x60",
    },
    below: {
      [metric("prometheus_rule_group_iterations_missed_total", ',rule_group="targets"')]: "0+249x60",
      [metric("prometheus_rule_group_iterations_total", ',rule_group="targets"')]: "0+1000x60",
    },
    fires: {
      labels: { severity: "warning", service: "prometheus", job: "prometheus", rule_group: "targets" },
      summary: "26% of the evaluations of targets were left out",
    },
  },
  {
    alert: "PrometheusStorageFailing",
    at: "12m",
    above: {
      [metric("prometheus_tsdb_wal_writes_failed_total")]: "0+1x60",
      [metric("prometheus_tsdb_wal_corruptions_total")]: "0x60",
      [metric("prometheus_tsdb_compactions_failed_total")]: "0x60",
      [metric("prometheus_tsdb_head_truncations_failed_total")]: "0x60",
    },
    below: {
      [metric("prometheus_tsdb_wal_writes_failed_total")]: "7x60",
      [metric("prometheus_tsdb_wal_corruptions_total")]: "0x60",
      [metric("prometheus_tsdb_compactions_failed_total")]: "0x60",
      [metric("prometheus_tsdb_head_truncations_failed_total")]: "0x60",
    },
    fires: {
      labels: { severity: "critical", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "The storage of prometheus:9090 failed 48 times",
    },
  },
  {
    alert: "PrometheusSamplesRefused",
    at: "12m",
    above: {
      [metric("prometheus_target_scrapes_sample_duplicate_timestamp_total")]: "0+1x60",
      [metric("prometheus_target_scrapes_sample_out_of_order_total")]: "0x60",
      [metric("prometheus_target_scrapes_sample_out_of_bounds_total")]: "0x60",
    },
    below: {
      [metric("prometheus_target_scrapes_sample_duplicate_timestamp_total")]: "7x60",
      [metric("prometheus_target_scrapes_sample_out_of_order_total")]: "0x60",
      [metric("prometheus_target_scrapes_sample_out_of_bounds_total")]: "0x60",
    },
    fires: {
      labels: { severity: "warning", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "prometheus:9090 refuses 20 samples that it scraped",
    },
  },
  {
    alert: "PrometheusSampleLimitHit",
    at: "12m",
    above: { [metric("prometheus_target_scrapes_exceeded_sample_limit_total")]: "0+1x60" },
    below: { [metric("prometheus_target_scrapes_exceeded_sample_limit_total")]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "prometheus:9090 dropped 20 scrapes that were too large",
    },
  },
  {
    alert: "TargetSeriesHigh",
    at: "12m",
    above: {
      'scrape_samples_post_metric_relabeling{job="orders",instance="orders-1:3000"}': "81x60",
      'scrape_sample_limit{job="orders",instance="orders-1:3000"}': "100x60",
    },
    below: {
      'scrape_samples_post_metric_relabeling{job="orders",instance="orders-1:3000"}': "80x60",
      'scrape_sample_limit{job="orders",instance="orders-1:3000"}': "100x60",
      // A job without a limit.
      'scrape_samples_post_metric_relabeling{job="other",instance="other:1"}': "81x60",
      'scrape_sample_limit{job="other",instance="other:1"}': "0x60",
    },
    fires: {
      labels: { severity: "warning", service: "orders", job: "orders", instance: "orders-1:3000" },
      summary: "orders-1:3000 of orders has 81% of the series that it may",
    },
  },
  {
    alert: "SeriesBudgetExceeded",
    at: "12m",
    above: { [metric("prometheus_tsdb_head_series")]: "50100x60" },
    below: { [metric("prometheus_tsdb_head_series")]: "50000x60" },
    fires: {
      labels: { severity: "warning", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "prometheus:9090 keeps 50.1k series",
    },
  },
  {
    alert: "PrometheusRetentionShortened",
    at: "12m",
    above: { [metric("prometheus_tsdb_size_retentions_total")]: "0+1x60" },
    below: { [metric("prometheus_tsdb_size_retentions_total")]: "7x60" },
    fires: {
      labels: { severity: "info", service: "prometheus", job: "prometheus", instance: "prometheus:9090" },
      summary: "prometheus:9090 deleted 48 blocks before their time",
    },
  },
];

describe("prometheusRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("8 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
