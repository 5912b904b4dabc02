import { describe, expect, it } from "vitest";
import { postgresRules } from "../../../signals/rules/postgres.ts";
import { redisRules } from "../../../signals/rules/redis.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const stores = [
  {
    alert: "PostgresDown",
    groups: [postgresRules({ job: "db" })],
    rules: 6,
    metric: "pg_up",
    summary: "PostgreSQL db refuses connections",
    description: "The exporter cannot log in to db. Services that use it fail or are not ready.",
  },
  {
    alert: "RedisDown",
    groups: [redisRules({ job: "db" })],
    rules: 6,
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
        summary: "Redis db refuses 2 writes a second",
        description:
          "Its memory is full of keys without a time to live, or its disk takes no more. What it counts stands still.",
      },
    ];
    checkAlerts(groups, { series: series(err, "0+30x40"), at: "6m", alert, fires });
  });

  it.each([
    ["before the five minutes are over", series("OOM", "0+30x40"), "5m"],
    ["after the last one", series("OOM", "0+30x4 120x80"), "12m"],
    ["for a service that may not do something", series("NOPERM", "0+30x40"), "6m"],
    ["without the metric", {}, "6m"],
  ])("is silent %s", (_, given, at) => {
    checkAlerts(groups, { series: given, at, alert, fires: [] });
  });
});

const metric = (name: string, labels = "") => `${name}{job="db",instance="x:1"${labels}}`;

describe("the limits of PostgreSQL", () => {
  it("keep PostgresRollbacksHigh silent where there is less than one a second", () => {
    const series = {
      [metric("pg_stat_database_xact_rollback", ',datname="films"')]: "0+14x60",
      [metric("pg_stat_database_xact_commit", ',datname="films"')]: "0+1x60",
    };
    checkAlerts([postgresRules({ job: "db" })], { series, at: "12m", alert: "PostgresRollbacksHigh", fires: [] });
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "PostgresConnectionsHigh",
      at: "12m",
      above: {
        [metric("pg_stat_activity_count", ',datname="films",state="active"')]: "81x60",
        [metric("pg_settings_max_connections")]: "100x60",
      },
      below: {
        [metric("pg_stat_activity_count", ',datname="films",state="active"')]: "80x60",
        [metric("pg_settings_max_connections")]: "100x60",
      },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1" },
        summary: "81% of the connections of PostgreSQL db are taken",
      },
    },
    {
      alert: "PostgresDeadlocks",
      at: "12m",
      above: { [metric("pg_stat_database_deadlocks", ',datname="films"')]: "0+1x60" },
      below: { [metric("pg_stat_database_deadlocks", ',datname="films"')]: "7x60" },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1", datname: "films" },
        summary: "20 deadlocks in films of PostgreSQL db",
      },
    },
    {
      alert: "PostgresLongTransaction",
      at: "12m",
      above: { [metric("pg_stat_activity_max_tx_duration", ',datname="films",state="active"')]: "601x60" },
      below: { [metric("pg_stat_activity_max_tx_duration", ',datname="films",state="active"')]: "600x60" },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1", datname: "films" },
        summary: "A transaction in films of PostgreSQL db is open for 10m 1s",
      },
    },
    {
      alert: "PostgresRollbacksHigh",
      at: "12m",
      above: {
        [metric("pg_stat_database_xact_rollback", ',datname="films"')]: "0+21x60",
        [metric("pg_stat_database_xact_commit", ',datname="films"')]: "0+79x60",
      },
      below: {
        [metric("pg_stat_database_xact_rollback", ',datname="films"')]: "0+19x60",
        [metric("pg_stat_database_xact_commit", ',datname="films"')]: "0+81x60",
      },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1", datname: "films" },
        summary: "21% of the transactions in films of PostgreSQL db are rolled back",
      },
    },
    {
      alert: "PostgresStatisticsFailing",
      at: "12m",
      above: { [metric("pg_scrape_collector_success", ',collector="locks"')]: "0x60", [metric("pg_up")]: "1x60" },
      below: { [metric("pg_scrape_collector_success", ',collector="locks"')]: "1x60", [metric("pg_up")]: "1x60" },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1", collector: "locks" },
        summary: "The exporter of PostgreSQL db cannot read locks",
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups: [postgresRules({ job: "db" })] });
  });
});

describe("the limits of Redis", () => {
  const redis = [redisRules({ job: "db" })];
  const labels = (severity: string) => ({ severity, service: "db", job: "db", instance: "x:1" });

  it.each(["auth", "cmd", "key"])("let RedisAccessDenied fire for each reason: %s", (reason) => {
    const series = Object.fromEntries(
      ["auth", "cmd", "key"].map((one) => [
        metric(`redis_acl_access_denied_${one}_total`),
        one === reason ? "0+1x60" : "3x60",
      ]),
    );
    const summary = "Redis db denied 20 commands or sign-ins";
    const description = "In the last 5m somebody had a wrong password, or a service reached for what is not its own.";
    const fires = [{ labels: labels("warning"), summary, description }];
    checkAlerts(redis, { series, at: "12m", alert: "RedisAccessDenied", fires });
  });

  it.each(["aof_last_write", "rdb_last_bgsave"])("let RedisPersistenceFailing fire for each file: %s", (file) => {
    const series = Object.fromEntries(
      ["aof_last_write", "rdb_last_bgsave"].map((one) => [
        metric(`redis_${one}_status`),
        one === file ? "0x60" : "1x60",
      ]),
    );
    const summary = "Redis db cannot write to its disk";
    const description = "It soon refuses writes, and what it took since is lost when it ends.";
    const fires = [{ labels: labels("critical"), summary, description }];
    checkAlerts(redis, { series, at: "12m", alert: "RedisPersistenceFailing", fires });
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "RedisConnectionsHigh",
      at: "12m",
      above: { [metric("redis_connected_clients")]: "81x60", [metric("redis_max_clients")]: "100x60" },
      below: { [metric("redis_connected_clients")]: "80x60", [metric("redis_max_clients")]: "100x60" },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1" },
        summary: "81% of the connections of Redis db are taken",
      },
    },
    {
      alert: "RedisRejectsConnections",
      at: "12m",
      above: { [metric("redis_rejected_connections_total")]: "0+1x60" },
      below: { [metric("redis_rejected_connections_total")]: "7x60" },
      fires: {
        labels: { severity: "critical", service: "db", job: "db", instance: "x:1" },
        summary: "Redis db rejected 20 connections",
      },
    },
    {
      alert: "RedisPersistenceFailing",
      at: "12m",
      above: { [metric("redis_aof_last_write_status")]: "0x60", [metric("redis_rdb_last_bgsave_status")]: "1x60" },
      below: { [metric("redis_aof_last_write_status")]: "1x60", [metric("redis_rdb_last_bgsave_status")]: "1x60" },
      fires: {
        labels: { severity: "critical", service: "db", job: "db", instance: "x:1" },
        summary: "Redis db cannot write to its disk",
      },
    },
    {
      alert: "RedisAccessDenied",
      at: "12m",
      above: {
        [metric("redis_acl_access_denied_auth_total")]: "0+1x60",
        [metric("redis_acl_access_denied_cmd_total")]: "0x60",
        [metric("redis_acl_access_denied_key_total")]: "0x60",
      },
      below: {
        [metric("redis_acl_access_denied_auth_total")]: "7x60",
        [metric("redis_acl_access_denied_cmd_total")]: "0x60",
        [metric("redis_acl_access_denied_key_total")]: "0x60",
      },
      fires: {
        labels: { severity: "warning", service: "db", job: "db", instance: "x:1" },
        summary: "Redis db denied 20 commands or sign-ins",
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups: [redisRules({ job: "db" })] });
  });
});
