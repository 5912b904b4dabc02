import { describe, expect, it } from "vitest";
import { type Arrived, alertMarks, boundOf, toldAt } from "../../bench/alert-latency.ts";
import { planDrills } from "../../config/drill-plan.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { targetRules } from "../../signals/rules/targets.ts";

const planAt = (pace: PaceName, scrapeSeconds: number) =>
  planDrills({
    ruleGroups: [targetRules({ pace: PACES[pace] })],
    scrapeJobs: [{ job: "orders", targets: ["o-1:1"], emits: ["http-service"] }],
    probes: [{ name: "orders", url: "http://edge:8000/", visited: { url: "http://localhost/", edge: "edge" } }],
    uses: [{ service: "orders", on: "postgres" }],
    policies: [{ name: "all", notify: { critical: "nobody", warning: "nobody" } }],
    systems: {},
    pace,
    scrapeSeconds,
  });

describe("the bound of a killed container", () => {
  it.each([
    ["steady", 15, 120],
    ["fast", 5, 22.5],
    ["instant", 2, 7],
  ] as const)("at the pace %s, scraped every %d s, is %d s", (pace, scrapeSeconds, bound) => {
    expect(boundOf(planAt(pace, scrapeSeconds))).toBe(bound);
  });

  it("fails where the stack has no such alert", () => {
    expect(() => boundOf({ alerts: [], users: {} })).toThrow("no critical TargetDown");
  });
});

describe("the marks", () => {
  it("are the bound at every pace, and eight seconds at the quickest one", () => {
    expect(alertMarks(20, "fast")).toEqual([{ name: "1.2 × its bound of 20 s", seconds: 24 }]);
    expect(alertMarks(5, "instant").map(({ seconds }) => seconds)).toEqual([6, 8]);
  });
});

describe("toldAt", () => {
  const notice = (received: number, status: string, labels: object = {}): Arrived => ({
    received,
    notice: {
      alerts: [{ status, labels: { alertname: "TargetDown", service: "orders", severity: "critical", ...labels } }],
    },
  });

  it("is when the first body about it came, after a moment", () => {
    const arrived = [
      notice(10, "firing"),
      notice(11, "resolved"),
      notice(20.5, "firing", { service: "catalog" }),
      notice(20.6, "firing", { severity: "warning" }),
      notice(20.7, "firing", { alertname: "ProbeFailed" }),
      notice(21.5, "firing"),
      notice(26, "firing"),
      notice(30, "resolved"),
    ];
    expect(toldAt(arrived, { status: "firing", after: 12 })).toBe(21.5);
    expect(toldAt(arrived, { status: "resolved", after: 21.5 })).toBe(30);
    expect(toldAt(arrived, { status: "resolved", after: 30 })).toBeUndefined();
  });
});
