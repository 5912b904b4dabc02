import { describe, expect, it } from "vitest";
import { postgresRules } from "../../../signals/rules/postgres.ts";
import { redisRules } from "../../../signals/rules/redis.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const stores = [
  {
    alert: "PostgresDown",
    groups: [postgresRules({ job: "db" })],
    rules: 1,
    metric: "pg_up",
    summary: "PostgreSQL db refuses connections",
    description: "The exporter cannot log in to db. Services that use it fail or are not ready.",
  },
  {
    alert: "RedisDown",
    groups: [redisRules({ job: "db" })],
    rules: 2,
    metric: "redis_up",
    summary: "Redis db does not answer",
    description: "The exporter cannot reach db. What is cached in it is asked from the databases.",
  },
];

describe.each(stores)("$alert", ({ alert, groups, rules, metric, summary, description }) => {
  const series = (values: string, job = "db") => ({ [`${metric}{job="${job}",instance="x:1",server="y"}`]: values });

  it("is a rule to promtool", () => {
    expect(checkRules(groups)).toContain(`${rules} rules found`);
  });

  it("pages after a minute", () => {
    const labels = { severity: "critical", service: "db", job: "db", instance: "x:1" };
    const fires = [{ labels, summary, description }];
    checkAlerts(groups, { series: series("1 0x8"), at: "75s", alert, fires });
  });

  it.each([
    ["just before the minute is over", series("1 0x8"), "60s"],
    ["while it answers", series("1x8"), "2m"],
    ["for another store", series("0x8", "other"), "2m"],
    ["without the metric: TargetDown tells of that", {}, "2m"],
  ])("is silent %s", (_, given, at) => {
    checkAlerts(groups, { series: given, at, alert, fires: [] });
  });
});

describe("RedisRefusesWrites", () => {
  const alert = "RedisRefusesWrites";
  const groups = [redisRules({ job: "db" })];
  const series = (err: string, values: string) => ({
    [`redis_errors_total{job="db",instance="x:1",err="${err}"}`]: values,
  });

  it.each(["OOM", "MISCONF"])("tells of %s in working hours, after five minutes", (err) => {
    const labels = { severity: "warning", service: "db", job: "db", instance: "x:1" };
    const fires = [
      {
        labels,
        summary: "Redis db refuses writes",
        description:
          "db refuses 2 writes a second: its memory is full of keys without a time to live, or its disk takes no more. What it counts stands still.",
      },
    ];
    checkAlerts(groups, { series: series(err, "0+30x40"), at: "6m", alert, fires });
  });

  it.each([
    ["before the five minutes are over", series("OOM", "0+30x40"), "5m"],
    ["after the last one", series("OOM", "0+30x4 120x80"), "12m"],
    ["for a service that may not do something", series("NOPERM", "0+30x40"), "6m"],
  ])("is silent %s", (_, given, at) => {
    checkAlerts(groups, { series: given, at, alert, fires: [] });
  });
});
