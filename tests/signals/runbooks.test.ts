import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LOG_LABELS } from "../../signals/metrics/log-labels.ts";
import { isAlertingRule } from "../../signals/rule-group.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { recordedBy } from "./catalogue.ts";
import { allPacks } from "./packs.ts";
import { unkeptIn } from "./quoted-queries.ts";
import { policyWith } from "./slo/policies.ts";

const packs = allPacks();
const directory = "docs/runbooks";
const groups = [...Object.values(packs), ...sloRules([policyWith({ availability: 99, expectedRate: "5/s" })])];
const alerts = [...new Set(groups.flatMap(({ rules }) => rules.filter(isAlertingRule).map((r) => r.alert)))];
const recorded = recordedBy(groups);
const textOf = (alert: string): string => readFileSync(`${directory}/${alert}.md`, "utf8");

// Words that runbooks quote and nobody asks Prometheus for: settings, roles, values of labels, reasons that Loki gives.
const NO_METRICS = [
  ...LOG_LABELS,
  "greater_than_max_sample_age",
  "jaeger_storage_exporter",
  "line_too_long",
  "lock_seconds",
  "max_connections",
  "otlp_grpc",
  "per_stream_rate_limit",
  "pg_monitor",
  "rate_limited",
  "structured_metadata_too_large",
  "too_big_timestamp",
  "too_far_behind",
  "too_many_fields",
  "too_small_timestamp",
  "vigie_monitoring",
  "worker_connections",
];

describe("runbooks", () => {
  it("are written for every alert of every pack, and for no other", () => {
    expect(Object.keys(packs)).toEqual(readdirSync("signals/rules").sort());
    expect(readdirSync(directory).sort()).toEqual(alerts.map((alert) => `${alert}.md`).sort());
  });

  it.each(alerts)("%s says what it means, whom it harms and what to do", (alert) => {
    const text = textOf(alert);
    expect(text.match(/^#+ .*/gm)).toEqual([`# ${alert}`, "## What it means", "## Whom it harms", "## What to do"]);
    expect(text).toMatch(/^1\. \S/m);
  });

  it.each(alerts)("%s asks Prometheus only for what it keeps", (alert) => {
    expect(unkeptIn(textOf(alert), recorded, NO_METRICS)).toEqual([]);
  });

  it("quote each word that is no metric somewhere, and no other is excused", () => {
    const all = alerts.map(textOf).join("\n");
    expect(NO_METRICS.filter((word) => !LOG_LABELS.some((label) => label === word) && !all.includes(word))).toEqual([]);
  });
});

describe("what a runbook quotes", () => {
  it.each([
    ["a metric of nobody", "is `otelcol_fileconsumer_open_files` above 0?", ["otelcol_fileconsumer_open_files"]],
    ["one in a query", '`sum by (job) (rate(node_pressure_cpu_total{job="<job>"}[5m]))`', ["node_pressure_cpu_total"]],
    ["one in a block", "```promql\nmax(a_b)\n```", ["a_b"]],
    ["a query that is none", "`rate(up[5m)`", ["rate(up[5m)"]],
    [
      "a histogram without its suffix in a query",
      "`max(http_request_duration_seconds)`",
      ["http_request_duration_seconds"],
    ],
  ])("is found: %s", (_, text, unkept) => {
    expect(unkeptIn(text, recorded, NO_METRICS)).toEqual(unkept);
  });

  it.each([
    [
      "a metric that is kept",
      '`prometheus_tsdb_head_series`, `probe_success{probe="<x_y>"}`, `topk(3, <metric_name>)`',
    ],
    ["one that a rule records", "`container:memory_limit_used:ratio`"],
    ["the name of a histogram", "`http_request_duration_seconds`"],
    ["what Prometheus makes itself", '`ALERTS{alertstate="firing"}`'],
    ["a query of lines", '`{container_name="<container>"} |= "a_b"`'],
    ["a command", "`docker exec <a_b> wget -qO- http://<a>/metrics | grep a_b`, `select f(x) from pg_stat_activity`"],
  ])("is left alone: %s", (_, text) => {
    expect(unkeptIn(text, recorded, NO_METRICS)).toEqual([]);
  });
});
