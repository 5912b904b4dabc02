import { describe, expect, it } from "vitest";
import { postgresRules } from "../../../signals/rules/postgres.ts";
import { redisRules } from "../../../signals/rules/redis.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const stores = [
  {
    alert: "PostgresDown",
    groups: [postgresRules({ job: "db" })],
    metric: "pg_up",
    summary: "PostgreSQL db refuses connections",
    description: "The exporter cannot log in to db. Services that use it fail or are not ready.",
  },
  {
    alert: "RedisDown",
    groups: [redisRules({ job: "db" })],
    metric: "redis_up",
    summary: "Redis db does not answer",
    description: "The exporter cannot reach db. What is cached in it is asked from the databases.",
  },
];

describe.each(stores)("$alert", ({ alert, groups, metric, summary, description }) => {
  const series = (values: string, job = "db") => ({ [`${metric}{job="${job}",instance="x:1",server="y"}`]: values });

  it("is a rule to promtool", () => {
    expect(checkRules(groups)).toContain("1 rules found");
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
