import { describe, expect, it } from "vitest";
import { deadMansSwitchRules } from "../../../signals/rules/dead-mans-switch.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [deadMansSwitchRules({ job: "dead-mans-switch" })];
const metric = (name: string) => `dead_mans_switch_${name}{job="dead-mans-switch",instance="dead-mans-switch:9095"}`;
const labels = { service: "dead-mans-switch", job: "dead-mans-switch", instance: "dead-mans-switch:9095" };

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "HeartbeatMissing",
    at: "2m",
    above: { [metric("alive")]: "0x20" },
    below: { [metric("alive")]: "1x20" },
    fires: { labels: { ...labels, severity: "critical" }, summary: "dead-mans-switch hears no heartbeat" },
  },
  {
    alert: "HeartbeatMailFailing",
    at: "12m",
    above: { [metric("mail_server_up")]: "0x60" },
    below: { [metric("mail_server_up")]: "0x10 1x50" },
    fires: { labels: { ...labels, severity: "warning" }, summary: "dead-mans-switch cannot mail" },
  },
];

describe("deadMansSwitchRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("2 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
