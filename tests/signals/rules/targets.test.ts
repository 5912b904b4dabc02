import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { targetRules } from "../../../signals/rules/targets.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [targetRules()];
const one = 'up{job="orders",instance="orders-1:3000"}';
const two = 'up{job="orders",instance="orders-2:3000"}';

describe("targetRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([targetRules({ pace })])).toContain("3 rules found");
  });

  it("let the Watchdog fire from the first evaluation on, with no metric at all", () => {
    checkAlerts(groups, {
      series: {},
      at: "0s",
      alert: "Watchdog",
      fires: [
        {
          labels: { severity: "none", service: "monitoring" },
          summary: "Alerts are being evaluated and delivered",
          description: "This alert always fires. When it stops arriving, no other alert would arrive either.",
        },
      ],
    });
  });

  const down = {
    labels: { severity: "critical", service: "orders", job: "orders", instance: "orders-1:3000" },
    summary: "orders does not answer",
    description: "Prometheus reaches no instance of orders; orders-1:3000 is one of them.",
  };

  it("page when the only target of a job is down for a minute", () => {
    checkAlerts(groups, { series: { [one]: "1 0x8" }, at: "75s", alert: "TargetDown", fires: [down] });
  });

  it("count both versions of a rollout: a warning while one of them answers, a page when none does", () => {
    const of = (version: string, instance: string) =>
      `up{job="orders",instance="${instance}:3000",version="${version}"}`;
    const [stable, candidate] = [of("stable", "orders-1"), of("candidate", "orders-candidate-1")];
    const labels = { service: "orders", job: "orders", instance: "orders-1:3000", version: "stable" };
    const warning = {
      labels: { ...labels, severity: "warning" },
      summary: "orders-1:3000 of orders does not answer",
      description: "Prometheus does not reach orders-1:3000. Other instances of orders answer.",
    };
    const [alert, at] = ["TargetDown", "90s"];
    checkAlerts(groups, { series: { [stable]: "0x8", [candidate]: "1x8" }, at, alert, fires: [warning] });
    const page = (instance: string, version: string) => ({
      labels: { ...labels, severity: "critical", instance: `${instance}:3000`, version },
      summary: "orders does not answer",
      description: `Prometheus reaches no instance of orders; ${instance}:3000 is one of them.`,
    });
    const fires = [page("orders-1", "stable"), page("orders-candidate-1", "candidate")];
    checkAlerts(groups, { series: { [stable]: "0x8", [candidate]: "0x8" }, at, alert, fires });
  });

  it("page within seconds at the fast pace", () => {
    const fast = [targetRules({ pace: PACES.fast })];
    checkAlerts(fast, { interval: "1s", series: { [one]: "1 0x14" }, at: "11s", alert: "TargetDown", fires: [down] });
  });

  it("page within four seconds more at the pace instant, and not for what one scrape, or two, did not reach", () => {
    const instant = [targetRules({ pace: PACES.instant })];
    const at = (series: string, moment: string, fires: readonly (typeof down)[]) =>
      checkAlerts(instant, { interval: "1s", series: { [one]: series }, at: moment, alert: "TargetDown", fires });
    at("1 0x14", "5s", [down]);
    at("1 0x14", "4s", []);
    // A scrape every two seconds: what it said stands for two evaluations.
    at("1 1 0 0 0 0 1x20", "6s", []);
    at("1 1 0 0 0 0 1x20", "7s", []);
  });

  it("warn when another instance still answers", () => {
    checkAlerts(groups, {
      series: { [one]: "0x8", [two]: "1x8" },
      at: "90s",
      alert: "TargetDown",
      fires: [
        {
          labels: { ...down.labels, severity: "warning" },
          summary: "orders-1:3000 of orders does not answer",
          description: "Prometheus does not reach orders-1:3000. Other instances of orders answer.",
        },
      ],
    });
  });

  it("page about the exporter, not about what it asks", () => {
    const probe = 'up{job="probes",instance="http://edge/",service="catalog"}';
    checkAlerts(groups, {
      series: { [probe]: "0x8" },
      at: "75s",
      alert: "TargetDown",
      fires: [
        {
          labels: { severity: "critical", service: "probes", job: "probes", instance: "http://edge/" },
          summary: "probes does not answer",
          description: "Prometheus reaches no instance of probes; http://edge/ is one of them.",
        },
      ],
    });
  });

  it.each([
    ["just before the minute is over", { [one]: "1 0x8" }, "60s"],
    ["when the target came back in between", { [one]: "1 0 0 1 0 0 0" }, "90s"],
    ["when it came back at last", { [one]: "0x8 1" }, "135s"],
    ["while all answer", { [one]: "1x8", [two]: "1x8" }, "120s"],
    ["when there is no target", {}, "120s"],
  ])("are silent %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "TargetDown", fires: [] });
  });
});
