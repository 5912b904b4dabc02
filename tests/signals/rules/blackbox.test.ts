import { describe, expect, it } from "vitest";
import { blackboxRules } from "../../../signals/rules/blackbox.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [blackboxRules({ job: "blackbox" })];

const metric = (name: string, labels = "") => `${name}{job="blackbox",instance="blackbox:9115"${labels}}`;

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "BlackboxReloadFailing",
    at: "2m",
    above: { [metric("blackbox_exporter_config_last_reload_successful")]: "0x20" },
    below: { [metric("blackbox_exporter_config_last_reload_successful")]: "1x20" },
    fires: {
      labels: { severity: "warning", service: "blackbox", job: "blackbox", instance: "blackbox:9115" },
      summary: "blackbox:9115 refuses its configuration",
    },
  },
  {
    alert: "BlackboxUnknownModule",
    at: "12m",
    above: { [metric("blackbox_module_unknown_total")]: "0+1x60" },
    below: { [metric("blackbox_module_unknown_total")]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "blackbox", job: "blackbox", instance: "blackbox:9115" },
      summary: "blackbox:9115 was asked 20 times for a probe that it does not know",
    },
  },
];

describe("blackboxRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("2 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
