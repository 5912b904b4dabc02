import { describe, expect, it } from "vitest";
import { isAlertingRule } from "../../../signals/rule-group.ts";
import { LARGEST_BUDGET, leastErrors } from "../../../signals/slo/measurable.ts";
import { objectiveProblems } from "../../../signals/slo/problems.ts";
import { sloRules } from "../../../signals/slo/rules.ts";
import { STEADY_WINDOWS } from "../../../signals/slo/windows.ts";
import { checkQuery } from "../promtool.ts";
import { policyWith } from "./policies.ts";

const [hour, sixHours, day, threeDays] = STEADY_WINDOWS.burnRates;

describe("leastErrors", () => {
  // An hour of 1/s at 14.4 times 1% burns 518.4 errors, at 0.1% 51.84: a tenth of it, but 5 to 30.
  it.each([
    [1, 0.001, hour, 5],
    [2, 0.001, hour, 10],
    [4, 0.001, hour, 21],
    [5.7, 0.001, hour, 30],
    [6, 0.001, hour, 30],
    [1000, 0.05, hour, 30],
    [0.01, 0.001, hour, 5],
    [1, 0.001, sixHours, 13],
    [1, 0.001, day, 26],
    [1, 0.001, threeDays, 26],
    [10, 0.001, threeDays, 30],
  ])("is a tenth of what %s a second burn of %s, from 5 to 30", (perSecond, budget, burnRate, errors) => {
    expect(leastErrors(perSecond, budget, burnRate)).toBe(errors);
  });
});

describe("the largest budget", () => {
  it("is the one that an outage of everything burns as fast as pages", () => {
    expect(LARGEST_BUDGET).toBeCloseTo(1 / 14.4, 12);
  });

  it.each([
    [0.9, true],
    [0.92, true],
    [0.93, true],
    [0.931, false],
    [0.94, false],
    [0.95, false],
  ])("refuses a quantile of %s: %s", (quantile, refused) => {
    const policy = policyWith({ latency: { quantile, under: "300ms" }, expectedRate: "10/s" });
    expect(objectiveProblems([policy]).length > 0).toBe(refused);
  });

  it.each([
    [90, true],
    [93, true],
    [93.1, false],
    [95, false],
  ])("refuses an availability of %s: %s", (availability, refused) => {
    expect(objectiveProblems([policyWith({ availability, expectedRate: "10/s" })]).length > 0).toBe(refused);
  });
});

describe("the alerts of an objective", () => {
  const groups = sloRules([policyWith({ availability: 99, expectedRate: "10/s" })]);
  const rules = groups.flatMap(({ rules }) => rules.filter(isAlertingRule));

  it("are what its users feel, and fire at once; that nothing measures it is a cause", () => {
    const found = rules.map((rule) => [rule.alert, rule.severity, rule.kind, rule.for, rule.keepFiringFor ?? "0s"]);
    expect(found).toEqual([
      ["ErrorBudgetBurnsFast", "critical", "symptom", "0s", "0s"],
      ["ErrorBudgetBurnsSlowly", "warning", "symptom", "0s", "0s"],
      ["SloMetricMissing", "warning", "cause", "5m", "0s"],
    ]);
  });

  it("are drilled each at its own pace: the warning's between what warns and what pages", () => {
    const drillOf = (alert: string) => rules.find((rule) => rule.alert === alert)?.drill;
    expect(drillOf("ErrorBudgetBurnsFast")).toMatchObject({ fault: { answers: { status: 500 } } });
    expect(drillOf("ErrorBudgetBurnsFast")).not.toHaveProperty("fault.answers.share");
    // Three times warns, six times pages: 4.5 times a budget of 1%.
    expect(drillOf("ErrorBudgetBurnsSlowly")).toMatchObject({ fault: { answers: { status: 500, share: 0.045 } } });
  });

  it.each([
    [500, 1],
    [503, 1],
    [511, 1],
    [520, 1],
    [599, 1],
    [499, 0],
    [404, 0],
  ])("count an answer of %s as %s errors", (status, errors) => {
    const count = (of: number) =>
      `http_request_duration_seconds_count{job="catalog",instance="c:1",method="GET",route="/",status="${of}"}`;
    const series = { [count(status)]: "0+60x20", [count(200)]: "0+60x20" };
    const samples = { '{job="catalog", slo="availability"}': errors };
    checkQuery(groups, { series, at: "15m", interval: "1m", expr: "round(job_slo:errors:rate5m, 0.01)", samples });
  });
});
