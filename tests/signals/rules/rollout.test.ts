import { describe, expect, it } from "vitest";
import { renderRules } from "../../../config/rules.ts";
import { isDrillable } from "../../../signals/drill.ts";
import { isAlertingRule, PACES } from "../../../signals/rule-group.ts";
import { CANDIDATE_SHARE, rolloutRules } from "../../../signals/rules/rollout.ts";
import { checkAlerts, checkQuery, checkRules } from "../promtool.ts";

const rollout = { job: "orders", weight: 10, stable: ["orders-1", "orders-2"] };
const groups = [rolloutRules(rollout)];

/** Requests of one version at a steady pace: so many more every 15 s, by status. */
const requests = (version: string, ok: number, failed: number) => {
  const of = (status: number) =>
    `http_request_duration_seconds_count{job="orders",instance="${version}:3000",version="${version}",status="${status}"}`;
  return { [of(200)]: `0+${ok}x60`, [of(500)]: `0+${failed}x60` };
};
const both = (stable: readonly [number, number], candidate: readonly [number, number]) => ({
  ...requests("stable", ...stable),
  ...requests("candidate", ...candidate),
});
const at = "12m";
const fails = (ratio: string) => ({
  labels: { severity: "warning", service: "orders", job: "orders" },
  summary: `The candidate of orders fails ${ratio} of its requests`,
  description: `In the last 5m it failed more often than the stable version, and by more than chance explains. Whoever gets it feels that.`,
});

describe("rolloutRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([rolloutRules({ ...rollout, pace })])).toContain("6 rules found");
  });

  it.each([0, 50, 100])("are the same at any weight, so that another one is no other configuration: %j", (weight) => {
    const rendered = (percent: number) => JSON.stringify(renderRules([rolloutRules({ ...rollout, weight: percent })]));
    expect(rendered(weight)).toBe(rendered(10));
  });

  it.each([
    [both([90, 0], [10, 0]), { [`${CANDIDATE_SHARE}{service="orders"}`]: 0.1 }],
    [both([0, 0], [5, 5]), { [`${CANDIDATE_SHARE}{service="orders"}`]: 1 }],
    [both([90, 0], [0, 0]), {}],
  ])("say what share the candidate gets, and nothing where it gets none", (series, samples) => {
    checkQuery(groups, { series, at, expr: CANDIDATE_SHARE, samples });
  });

  it.each<[string, readonly [number, number], readonly [number, number], string]>([
    ["5% of the candidate's fail", [900, 1], [95, 5], "5%"],
    ["all of the candidate's fail, and they are few", [45, 0], [0, 1], "100%"],
    ["both fail, and the candidate twice as often", [900, 45], [90, 10], "10%"],
  ])("warn where %s", (_, stable, candidate, ratio) => {
    checkAlerts(groups, { series: both(stable, candidate), at, alert: "CandidateFailsMore", fires: [fails(ratio)] });
  });

  it("warn where the first failures are there at once, with no series before them", () => {
    const series = {
      ...both([900, 0], [95, 0]),
      'http_request_duration_seconds_count{job="orders",instance="candidate:3000",version="candidate",status="500"}':
        "_x24 40x40",
    };
    checkQuery(groups, {
      ...{ series, at: "7m" },
      expr: 'job:candidate_errors:deviations5m > bool 3 and on (job) job_version:http_errors:increase5m{version="candidate"} == 40',
      samples: { '{job="orders"}': 1 },
    });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["nobody fails", both([900, 0], [100, 0])],
    ["both fail as often", both([900, 90], [100, 10])],
    ["stable fails more", both([900, 90], [100, 1])],
    ["the candidate fails a little more, as chance has it", both([900, 18], [98, 2])],
    ["nobody asks", both([0, 0], [0, 0])],
    ["there is no metric", {}],
    ["stable has none", requests("candidate", 90, 10)],
    ["both are without a version", { 'http_request_duration_seconds_count{job="orders",status="500"}': "0+9x60" }],
  ])("keep silent where %s", (_, series) => {
    checkAlerts(groups, { series, at, alert: "CandidateFailsMore", fires: [] });
  });

  it("wait until it has held for five minutes", () => {
    const series = both([900, 1], [95, 5]);
    checkAlerts(groups, { series, at: "4m", alert: "CandidateFailsMore", fires: [] });
  });

  const up = (stable: string, candidate: string) => ({
    'up{job="orders",instance="orders-1:3000",version="stable"}': stable,
    'up{job="orders",instance="orders-2:3000",version="stable"}': "0x8",
    'up{job="orders",instance="orders-candidate-1:3000",version="candidate"}': candidate,
  });

  it("page when no container of stable answers, though the candidate does", () => {
    const page = (instance: string) => ({
      labels: {
        severity: "critical",
        service: "orders",
        job: "orders",
        instance: `${instance}:3000`,
        version: "stable",
      },
      summary: "The stable version of orders does not answer",
      description: `Prometheus reaches no instance of it; ${instance}:3000 is one of them. The candidate answers all that comes through the edge, and other services get no answer.`,
    });
    const fires = [page("orders-1"), page("orders-2")];
    checkAlerts(groups, { series: up("0x8", "1x8"), at: "90s", alert: "TargetDown", fires });
  });

  it.each([
    ["another one of stable answers", up("1x8", "1x8"), "90s"],
    ["the candidate alone is away", { ...up("1x8", "0x8") }, "90s"],
    ["both are away, since another alert pages", up("0x8", "0x8"), "90s"],
    ["it is away for less than a minute", up("1 1 1 0 0 0", "1x8"), "75s"],
  ])("do not page when %s", (_, series, moment) => {
    checkAlerts(groups, { series, at: moment, alert: "TargetDown", fires: [] });
  });

  it.each([
    [10, true],
    [25, true],
    [26, false],
    [99, false],
  ])("can be drilled with %j percent: %j", (weight, drilled) => {
    const rules = rolloutRules({ ...rollout, weight }).rules.filter(isAlertingRule);
    const rule = rules.find(({ alert }) => alert === "CandidateFailsMore");
    expect(rule && isDrillable(rule.drill)).toBe(drilled);
  });
});
