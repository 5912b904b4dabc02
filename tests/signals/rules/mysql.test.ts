import { describe, expect, it } from "vitest";
import { mysqlRules } from "../../../signals/rules/mysql.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [mysqlRules({ job: "db" })];
const series = (name: string, labels = "") => `${name}{job="db",instance="x:1"${labels}}`;
const status = (name: string, labels = "") => series(`mysql_global_status_${name}`, labels);
const labels = (severity: string) => ({ severity, service: "db", job: "db", instance: "x:1" });

describe("MysqlDown", () => {
  const alert = "MysqlDown";

  it("is, with the others, a rule to promtool", () => {
    expect(checkRules(groups)).toContain("8 rules found");
  });

  it("pages after a minute", () => {
    const summary = "MySQL db refuses connections";
    const description = "The exporter cannot sign in to db. Services that use it fail or are not ready.";
    const fires = [{ labels: labels("critical"), summary, description }];
    checkAlerts(groups, { series: { [series("mysql_up")]: "1 0x8" }, at: "75s", alert, fires });
  });

  it.each([
    ["just before the minute is over", { [series("mysql_up")]: "1 0x8" }, "60s"],
    ["while it answers", { [series("mysql_up")]: "1x8" }, "2m"],
    ["for another store", { 'mysql_up{job="other",instance="x:1"}': "0x8" }, "2m"],
    ["without the metric: TargetDown tells of that", {}, "2m"],
  ])("is silent %s", (_, given, at) => {
    checkAlerts(groups, { series: given, at, alert, fires: [] });
  });
});

describe("the limits of MySQL", () => {
  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "MysqlConnectionsHigh",
      at: "12m",
      above: { [status("threads_connected")]: "81x60", [series("mysql_global_variables_max_connections")]: "100x60" },
      below: { [status("threads_connected")]: "80x60", [series("mysql_global_variables_max_connections")]: "100x60" },
      fires: { labels: labels("warning"), summary: "81% of the connections of MySQL db are taken" },
    },
    {
      alert: "MysqlRejectsConnections",
      at: "12m",
      above: { [status("connection_errors_total", ',error="max_connections"')]: "0+1x60" },
      below: { [status("connection_errors_total", ',error="max_connections"')]: "7x60" },
      fires: { labels: labels("critical"), summary: "MySQL db rejected 20 connections" },
    },
    {
      alert: "MysqlConnectionsAborted",
      at: "12m",
      above: { [status("aborted_connects")]: "0+1x60" },
      below: { [status("aborted_connects")]: "7x60" },
      fires: { labels: labels("warning"), summary: "20 sign-ins to MySQL db failed" },
    },
    {
      alert: "MysqlSlowQueries",
      at: "12m",
      above: { [status("slow_queries")]: "0+3x60" },
      below: { [status("slow_queries")]: "0+1x60" },
      fires: { labels: labels("warning"), summary: "MySQL db answers 0.2 queries a second slowly" },
    },
    {
      alert: "MysqlQueriesPileUp",
      at: "12m",
      above: { [status("threads_running")]: "21x60" },
      below: { [status("threads_running")]: "20x60" },
      fires: { labels: labels("warning"), summary: "21 queries run at once in MySQL db" },
    },
    {
      alert: "MysqlBufferPoolSmall",
      at: "12m",
      above: {
        [status("innodb_buffer_pool_reads")]: "0+600x60",
        [status("innodb_buffer_pool_read_requests")]: "0+10000x60",
      },
      below: {
        [status("innodb_buffer_pool_reads")]: "0+600x60",
        [status("innodb_buffer_pool_read_requests")]: "0+12000x60",
      },
      fires: { labels: labels("warning"), summary: "6% of what MySQL db reads is not in its memory" },
    },
    {
      alert: "MysqlStatisticsFailing",
      at: "12m",
      above: {
        [series("mysql_exporter_collector_success", ',collector="collect.global_status"')]: "0x60",
        [series("mysql_up")]: "1x60",
      },
      below: {
        [series("mysql_exporter_collector_success", ',collector="collect.global_status"')]: "1x60",
        [series("mysql_up")]: "1x60",
      },
      fires: {
        labels: { ...labels("warning"), collector: "collect.global_status" },
        summary: "The exporter of MySQL db cannot read collect.global_status",
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });

  it("let MysqlBufferPoolSmall be silent while next to nothing is read", () => {
    const few = {
      [status("innodb_buffer_pool_reads")]: "0+100x60",
      [status("innodb_buffer_pool_read_requests")]: "0+200x60",
    };
    checkAlerts(groups, { series: few, at: "12m", alert: "MysqlBufferPoolSmall", fires: [] });
  });
});
