import { describe, expect, it } from "vitest";
import { memcachedRules } from "../../../signals/rules/memcached.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [memcachedRules({ job: "cache" })];
const metric = (name: string, job = "cache") => `memcached_${name}{job="${job}",instance="x:1"}`;
const labels = { service: "cache", job: "cache", instance: "x:1" };

describe("the rules of Memcached", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("4 rules found");
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "MemcachedRefusesItems",
      at: "12m",
      above: { [metric("item_no_memory_total")]: "0+1x60" },
      below: { [metric("item_no_memory_total")]: "7x60" },
      fires: { labels: { severity: "warning", ...labels }, summary: "Memcached cache refuses 66.67m items a second" },
    },
    {
      alert: "MemcachedConnectionsHigh",
      at: "12m",
      above: { [metric("current_connections")]: "81x60", [metric("max_connections")]: "100x60" },
      below: { [metric("current_connections")]: "80x60", [metric("max_connections")]: "100x60" },
      fires: {
        labels: { severity: "warning", ...labels },
        summary: "81% of the connections of Memcached cache are taken",
      },
    },
    {
      alert: "MemcachedRejectsConnections",
      at: "12m",
      above: { [metric("connections_rejected_total")]: "0+1x60" },
      below: { [metric("connections_rejected_total")]: "7x60" },
      fires: { labels: { severity: "critical", ...labels }, summary: "Memcached cache rejected 20 connections" },
    },
  ])("$alert is told of above its limit, and not at it", (limit) => {
    checkLimit({ ...limit, groups });
  });
});

describe("MemcachedDown", () => {
  const alert = "MemcachedDown";

  it("pages after a minute", () => {
    const fires = [
      {
        labels: { severity: "critical", ...labels },
        summary: "Memcached cache does not answer",
        description: "The exporter cannot reach cache. What is cached in it is made again for each request.",
      },
    ];
    checkAlerts(groups, { series: { [metric("up")]: "1 0x8" }, at: "75s", alert, fires });
  });

  it("wakes nobody where every service does without it", () => {
    const optional = [memcachedRules({ job: "cache", optional: true })];
    const [alerts] = optional.flatMap(({ rules }) => rules);
    expect(alerts).toMatchObject({ alert, severity: "warning" });
  });

  it.each([
    ["just before the minute is over", { [metric("up")]: "1 0x8" }, "60s"],
    ["while it answers", { [metric("up")]: "1x8" }, "2m"],
    ["for another store", { [metric("up", "other")]: "0x8" }, "2m"],
    ["without the metric: TargetDown tells of that", {}, "2m"],
  ])("is silent %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert, fires: [] });
  });
});
