import { describe, expect, it } from "vitest";
import { lokiRules } from "../../../signals/rules/loki.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [lokiRules({ job: "loki" })];

const metric = (name: string, labels = "") => `${name}{job="loki",instance="loki:3100"${labels}}`;

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "LokiRequestsFailing",
    at: "12m",
    above: {
      [metric("loki_request_duration_seconds_count", ',route="push",status_code="204"')]: "0+89x60",
      [metric("loki_request_duration_seconds_count", ',route="push",status_code="500"')]: "0+11x60",
    },
    below: {
      [metric("loki_request_duration_seconds_count", ',route="push",status_code="204"')]: "0+901x60",
      [metric("loki_request_duration_seconds_count", ',route="push",status_code="500"')]: "0+99x60",
    },
    fires: {
      labels: { severity: "critical", service: "loki", job: "loki", route: "push" },
      summary: "loki fails 11% of the requests to push",
    },
  },
  {
    alert: "LokiPanics",
    at: "12m",
    above: { [metric("loki_panic_total")]: "0+1x60" },
    below: { [metric("loki_panic_total")]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "loki", job: "loki", instance: "loki:3100" },
      summary: "loki:3100 met 20 defects of its own program",
    },
  },
  {
    alert: "LokiChunksNotFlushed",
    at: "12m",
    above: { [metric("loki_ingester_chunks_flush_failures_total")]: "0+1x60" },
    below: { [metric("loki_ingester_chunks_flush_failures_total")]: "7x60" },
    fires: {
      labels: { severity: "critical", service: "loki", job: "loki", instance: "loki:3100" },
      summary: "loki:3100 failed 20 times to store lines",
    },
  },
  {
    alert: "LokiDiskFull",
    at: "12m",
    above: { [metric("loki_ingester_wal_disk_full_failures_total")]: "0+1x60" },
    below: { [metric("loki_ingester_wal_disk_full_failures_total")]: "7x60" },
    fires: {
      labels: { severity: "critical", service: "loki", job: "loki", instance: "loki:3100" },
      summary: "loki:3100 could not write 20 times: its disk is full",
    },
  },
  {
    alert: "LokiCheckpointsFailing",
    at: "12m",
    above: { [metric("loki_ingester_checkpoint_creations_failed_total")]: "0+1x60" },
    below: { [metric("loki_ingester_checkpoint_creations_failed_total")]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "loki", job: "loki", instance: "loki:3100" },
      summary: "loki:3100 failed 20 times to shorten its log of writes",
    },
  },
  {
    alert: "LokiRetentionStopped",
    interval: "5m",
    at: "7h",
    above: { [metric("loki_compactor_apply_retention_last_successful_run_timestamp_seconds")]: "1x100" },
    below: { [metric("loki_compactor_apply_retention_last_successful_run_timestamp_seconds")]: "3601x100" },
    fires: {
      labels: { severity: "warning", service: "loki", job: "loki", instance: "loki:3100" },
      summary: "loki:3100 has deleted no old logs for 6h 59m 59s",
    },
  },
];

describe("lokiRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("6 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });

  it.each([
    [
      "LokiRequestsFailing",
      "while it starts",
      metric("loki_request_duration_seconds_count", ',route="ready",status_code="503"'),
      // So often, and until the moment that is looked at, that it would fire if they counted.
      "0+1x200",
      "15s",
      "30m",
    ],
    [
      "LokiRetentionStopped",
      "before the first run",
      metric("loki_compactor_apply_retention_last_successful_run_timestamp_seconds"),
      "0x100",
      "5m",
      "7h",
    ],
  ])("keep %s silent %s", (alert, _, series, values, interval, at) => {
    checkAlerts(groups, { interval, series: { [series]: values }, at, alert, fires: [] });
  });
});
