import { describe, expect, it } from "vitest";
import { isDrillable } from "../../signals/drill.ts";
import { placedFault, subjectOf } from "../../signals/faults/index.ts";
import { isAlertingRule, PACES } from "../../signals/rule-group.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { allPacks } from "./packs.ts";
import { policyWith } from "./slo/policies.ts";

const objective = { availability: 99, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" } as const;
const groups = [...Object.values(allPacks(PACES.fast)), ...sloRules([policyWith(objective)], PACES.fast)];
const rules = groups.flatMap((group) => group.rules.filter(isAlertingRule));

describe("the drill of every alert", () => {
  it("is a fault, or a sentence that says why there is none", () => {
    expect(rules.length).toBeGreaterThan(80);
    for (const { alert, drill } of rules) {
      if (isDrillable(drill)) expect(subjectOf(drill.fault) ?? drill.service, alert).toBeDefined();
      else expect(drill.undrillable, alert).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it("is a fault for every critical alert", () => {
    const critical = rules.filter(({ severity }) => severity === "critical");
    expect(critical.filter(({ drill }) => !isDrillable(drill)).map(({ alert }) => alert)).toEqual([]);
  });

  it("is named where it can't be made", () => {
    const without = rules.filter(({ drill }) => !isDrillable(drill)).map(({ alert }) => alert);
    expect([...new Set(without)].sort()).toEqual([
      "AlertmanagerStateNotSaved",
      "CollectorReadsNothing",
      "HostAgentLosesSamples",
      "HostCpuSaturated",
      "HostDiskFullIn4Days",
      "HostDiskPressure",
      "NotificationsSlow",
      "PrometheusRetentionShortened",
      "SeriesBudgetExceeded",
    ]);
  });

  it("is plain data, which an output of the stack can hold", () => {
    for (const { drill } of rules) expect(JSON.parse(JSON.stringify(drill))).toEqual(drill);
  });
});

describe("placedFault", () => {
  it("names the service that was chosen", () => {
    const named = () => "orders";
    expect(placedFault({ kind: "stop", containers: { component: { any: "service" } } }, named)).toEqual({
      kind: "stop",
      containers: { component: "orders" },
    });
    expect(placedFault({ kind: "stand-in", job: { any: "service" } }, named)).toEqual({
      kind: "stand-in",
      job: "orders",
    });
    expect(placedFault({ kind: "silence", alert: "Watchdog" }, named)).toEqual({ kind: "silence", alert: "Watchdog" });
  });
});
