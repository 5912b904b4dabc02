import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LOG_STORES } from "../../../signals/log-stores.ts";
import { METRICS, metricOfSeries, seriesOfMetric } from "../../../signals/metrics/catalogue.ts";
import type { Metric } from "../../../signals/metrics/metric.ts";
import { PACES } from "../../../signals/rule-group.ts";
import { panelsOf, parseDashboard, stackDashboards, stackRules } from "../../dashboards/stack.ts";
import { type Query, recordedBy, unknownInLogQL, unknownInPromQL } from "../catalogue.ts";
import { namesOfPromQL } from "../names.ts";
import { allPacks } from "../packs.ts";

const metrics: readonly Metric[] = Object.values(METRICS);
const packs = Object.entries(allPacks());
const rules: readonly Query[] = packs.flatMap(([file, { rules }]) => rules.map(({ expr }) => ({ file, expr })));
// The pages of a stack with either log store: most are the same.
const dashboards = LOG_STORES.flatMap((store) => stackDashboards(PACES.steady, store)).map(parseDashboard);
const queries = dashboards.flatMap((dashboard) =>
  panelsOf(dashboard).flatMap(({ title, datasource, targets }) =>
    targets.map(({ expr }) => ({ file: `${dashboard.uid}: ${title}`, expr, type: datasource.type })),
  ),
);
const annotations = dashboards.flatMap(({ uid, annotations }) =>
  annotations.list.map(({ name, expr }) => ({ file: `${uid}: ${name}`, expr })),
);
const ofPrometheus: readonly Query[] = [...queries.filter(({ type }) => type === "prometheus"), ...annotations];

/** What the running programs emitted on 2026-11-21: source to series to labels. */
const pages = Object.fromEntries(
  readdirSync(`${import.meta.dirname}/pages`).map((file) => {
    const lines = readFileSync(`${import.meta.dirname}/pages/${file}`, "utf8")
      .trim()
      .split("\n");
    const series = lines.map((line) => line.split(" ")).map(([name = "", ...labels]) => [name, labels]);
    return [file.replace(".txt", ""), Object.fromEntries(series)];
  }),
);

describe("the metric catalogue", () => {
  it.each(Object.entries(PACES))("has what every rule of every pack names, at the pace %s", (_, pace) => {
    const packs = Object.entries(allPacks(pace));
    const queries = packs.flatMap(([file, { rules }]) => rules.map(({ expr }) => ({ file, expr })));
    const recorded = recordedBy(packs.map(([, group]) => group));
    expect(queries.length).toBeGreaterThan(100);
    expect(queries.flatMap((query) => unknownInPromQL(query, recorded))).toEqual([]);
  });

  it("has what every panel names", () => {
    expect(ofPrometheus.length).toBeGreaterThan(150);
    const recordedByStack = recordedBy(LOG_STORES.flatMap((store) => stackRules(PACES.steady, store)));
    expect(ofPrometheus.flatMap((query) => unknownInPromQL(query, recordedByStack))).toEqual([]);
    const ofLoki = queries.filter(({ type }) => type === "loki");
    expect(ofLoki.length).toBeGreaterThan(3);
    expect(ofLoki.flatMap(unknownInLogQL)).toEqual([]);
  });

  it("has nothing that no rule and no panel uses", () => {
    const variables = JSON.stringify(dashboards.map(({ templating }) => templating));
    const used = [...rules, ...ofPrometheus].flatMap(({ expr }) => namesOfPromQL(expr).map(({ name }) => name));
    const unused = metrics.filter(
      (metric) => !seriesOfMetric(metric).some((name) => used.includes(name) || variables.includes(`(${name},`)),
    );
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it.each(metrics.filter(({ source, onEvent }) => source !== "scrape" && !onEvent))(
    "tells of $name what $source said when it ran",
    (metric) => {
      for (const name of seriesOfMetric(metric)) {
        const labels = pages[metric.source]?.[name];
        expect([name, labels]).toEqual([name, expect.arrayContaining([...metric.labels])]);
      }
    },
  );

  it("has of MySQL only what MariaDB says, too", () => {
    const ofMysql = metrics.filter(({ source }) => source === "mysql");
    for (const { name, labels } of ofMysql) {
      expect([name, pages["mysql-on-mariadb"]?.[name]]).toEqual([name, expect.arrayContaining([...labels])]);
    }
    expect(ofMysql.length).toBeGreaterThan(15);
  });

  it.each([
    ["a counter", "type", "counter", /_total$/],
    ["seconds", "unit", "seconds", /_seconds(_total)?$/],
    ["bytes", "unit", "bytes", /_bytes(_total)?$/],
  ] as const)("says that what is named like %s has that %s", (_, field, expected, pattern) => {
    const named = metrics.filter(({ name }) => pattern.test(name));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((metric) => metric[field] !== expected).map(({ name }) => name)).toEqual([]);
  });
});

describe("unknownInPromQL", () => {
  it.each([
    [
      "a metric",
      "rate(redis_eror_total[5m])",
      'x.ts: rate(redis_eror_total[5m]): at 5: "redis_eror_total" is no metric of the catalogue; did you mean redis_errors_total?',
    ],
    [
      "a histogram without its part",
      "rate(http_request_duration_seconds[5m])",
      'x.ts: rate(http_request_duration_seconds[5m]): at 5: "http_request_duration_seconds" is no metric of the catalogue; did you mean http_request_duration_seconds_sum?',
    ],
    [
      "a label of a selector",
      'redis_errors_total{errr="OOM"}',
      'x.ts: redis_errors_total{errr="OOM"}: at 19: "errr" is no label of redis_errors_total; did you mean err?',
    ],
    [
      "a label that is grouped by",
      "sum by (sate) (pg_stat_activity_count)",
      'x.ts: sum by (sate) (pg_stat_activity_count): at 8: "sate" is no label of pg_stat_activity_count; did you mean state?',
    ],
    [
      "a label that two metrics are joined on",
      "pg_up * on (job, servr) pg_settings_max_connections",
      'x.ts: pg_up * on (job, servr) pg_settings_max_connections: at 17: "servr" is no label of pg_up, pg_settings_max_connections; did you mean server?',
    ],
  ])("finds %s that is misspelt", (_, expr, message) => {
    expect(unknownInPromQL({ file: "x.ts", expr })).toEqual([message]);
  });

  it("knows what a query makes itself, and what a rule recorded", () => {
    const expr = 'sum by (site) (label_replace(up, "site", "$1", "instance", "(.+)-.*"))';
    expect(unknownInPromQL({ file: "x.ts", expr })).toEqual([]);
    const own = recordedBy([
      { name: "x", rules: [{ record: "job:redis_errors:sum", expr: "sum by (err) (redis_errors_total)" }] },
    ]);
    expect(unknownInPromQL({ file: "x.ts", expr: 'job:redis_errors:sum{err="OOM"}' }, own)).toEqual([]);
  });
});

describe("unknownInLogQL", () => {
  it.each([
    ["a label of a stream", '{servce_name="x"}', "servce_name", "service_name"],
    ["a field that is filtered by", '{service_name="x"} | levl="error"', "levl", "level"],
  ])("finds %s that is misspelt", (_, expr, name, near) => {
    expect(unknownInLogQL({ file: "logs", expr })).toEqual([
      `logs: ${expr}: at ${expr.indexOf(name)}: "${name}" is no label of log lines; did you mean ${near}?`,
    ]);
  });
});

describe("metricOfSeries", () => {
  it("takes a histogram's parts for the histogram, and nothing else", () => {
    expect(metricOfSeries("loki_request_duration_seconds_bucket")).toBe(METRICS.loki_request_duration_seconds);
    expect(metricOfSeries("pg_stat_activity_count")).toBe(METRICS.pg_stat_activity_count);
    expect(metricOfSeries("redis_up_count")).toBeUndefined();
  });
});
