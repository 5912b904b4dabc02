import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { hostAgentRules } from "../../../signals/rules/host-agent.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [hostAgentRules({ job: "web-prometheus", host: "web" })];
const up = 'up{job="web-prometheus",instance="web-prometheus:9090"}';
const silent = {
  labels: { severity: "critical", service: "web-prometheus", job: "web-prometheus" },
  summary: "No metrics arrive from host web",
  description:
    "The agent web-prometheus, its link to the monitoring, or the whole host is away. Nothing on web can alert meanwhile; what is measured there arrives later, as long as it is not down for hours.",
};

describe("hostAgentRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([hostAgentRules({ job: "web-prometheus", pace })])).toContain("3 rules found");
  });

  // The last sample is of the second minute: late after one more, and for another one.
  it.each([
    ["a minute after the last sample was a minute old", { [up]: "1x8 _x60" }, "255s"],
    ["on, when the series itself is gone", { [up]: "1x8 _x60" }, "12m"],
    ["when there was never a sample", {}, "75s"],
  ])("page %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "HostAgentSilent", fires: [silent] });
  });

  it("page within seconds at the fast pace", () => {
    const fast = [hostAgentRules({ job: "web-prometheus", host: "web", pace: PACES.fast, scrapeInterval: "5s" })];
    const series = { [up]: "1x12 _x60" };
    checkAlerts(fast, { interval: "5s", series, at: "100s", alert: "HostAgentSilent", fires: [] });
    checkAlerts(fast, { interval: "5s", series, at: "105s", alert: "HostAgentSilent", fires: [silent] });
  });

  it("wait for three scrapes where those are rare", () => {
    const rare = [hostAgentRules({ job: "web-prometheus", scrapeInterval: "2m" })];
    const series = { [up]: "1 _ _ _ _ _ _ _ 1 _ _ _ _ _ _ _ 1 _ _ _ _ _ _ _ 1" };
    checkAlerts(rare, { series, at: "5m45s", alert: "HostAgentSilent", fires: [] });
    expect(rare[0]?.rules[0]?.expr).toContain("> 360 ");
  });

  it.each([
    ["just before that minute is over", { [up]: "1x8 _x60" }, "240s"],
    ["while samples arrive", { [up]: "1x60" }, "10m"],
    ["when they are late by less than a minute, again and again", { [up]: "1 _ _ _ 1 _ _ _ 1 _ _ _ 1 _ _ _ 1" }, "4m"],
    ["when they arrive again", { [up]: "1x8 _x20 1x40" }, "8m"],
    ["while the agent says that it is down itself", { [up]: "0x60" }, "10m"],
  ])("are silent %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "HostAgentSilent", fires: [] });
  });

  const metric = (name: string, labels = "") => `${name}{job="web-prometheus",instance="web-prometheus:9090"${labels}}`;
  const remote = ',remote_name="monitoring",url="https://192.0.2.20:9443/api/v1/write"';
  const cases: readonly Omit<LimitCase, "groups">[] = [
    {
      alert: "HostAgentLosesSamples",
      at: "6m",
      above: { [metric("prometheus_remote_storage_samples_failed_total", remote)]: "0+1x60" },
      below: { [metric("prometheus_remote_storage_samples_failed_total", remote)]: "7x60" },
      fires: {
        labels: { severity: "warning", service: "web-prometheus", job: "web-prometheus" },
        summary: "20 samples of host web were refused for good",
      },
    },
    {
      alert: "PrometheusReloadFailing",
      at: "75s",
      above: { [metric("prometheus_config_last_reload_successful")]: "0x60" },
      below: { [metric("prometheus_config_last_reload_successful")]: "1x60" },
      fires: {
        labels: {
          severity: "critical",
          service: "web-prometheus",
          job: "web-prometheus",
          instance: "web-prometheus:9090",
        },
        summary: "web-prometheus:9090 refuses its configuration",
      },
    },
  ];
  it.each(cases)("$alert fires above its limit, and is silent below and without data", (limit) => {
    checkLimit({ ...limit, groups });
  });
});
