import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { sloRules } from "../../../signals/slo/rules.ts";
import { type AlertCase, checkAlerts, checkQuery, checkRules } from "../promtool.ts";
import { missingOf } from "./missing.ts";
import { policyWith } from "./policies.ts";

const availability = sloRules([policyWith({ availability: 99.9, expectedRate: "10/s" })]);
const latency = sloRules([policyWith({ latency: { quantile: 0.95, under: "300ms" }, expectedRate: "10/s" })]);
const both = sloRules([
  policyWith({ availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "10/s" }),
]);

const SERIES = 'job="catalog",instance="catalog-1:5000",method="GET",route="/"';
const count = (status: number) => `http_request_duration_seconds_count{${SERIES},status="${status}"}`;
const bucket = (le: string) => `http_request_duration_seconds_bucket{${SERIES},status="200",le="${le}"}`;
const UP = { 'up{job="catalog",instance="catalog-1:5000"}': "1x2000" };

/** 10 000 requests a minute, so many of them failed; steps are [minutes, failed in each of them]. */
function failures(...steps: readonly (readonly [number, number])[]): AlertCase["series"] {
  let total = 0;
  const failed = steps.map(([minutes, each]) => {
    const from = total;
    total += minutes * each;
    return `${from}+${each}x${minutes - 1}`;
  });
  const minutes = steps.reduce((sum, [more]) => sum + more, 0);
  return { ...UP, [count(500)]: failed.join(" "), [count(200)]: `0+10000x${minutes}` };
}

const slow = (fast: number, all: number): AlertCase["series"] => ({
  ...UP,
  [bucket("0.3")]: `0+${fast}x200`,
  [count(200)]: `0+${all}x200`,
});

const fires = (alert: "Fast" | "Slowly", slo: string, burnt: string, description: string) => ({
  alert: `ErrorBudgetBurns${alert}`,
  fires: [
    {
      labels: { severity: alert === "Fast" ? "critical" : "warning", service: "catalog", job: "catalog", slo },
      summary: `catalog burns its error budget of ${slo} ${burnt} times too fast`,
      description,
    },
  ],
});
const failedTooOften = (burnt: string, alert: "Fast" | "Slowly") =>
  `Too many requests to catalog fail: ${burnt} times as many as it may have over 30d, where 0.1% are the limit. ` +
  `This fires above ${alert === "Fast" ? "14.4 times over 1h or 6 times over 6h" : "3 times over 1d or 1 times over 3d"}.`;

describe("sloRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(both)).toContain("56 rules found");
  });

  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    const policy = policyWith({ availability: 99.9, latency: { quantile: 0.95, under: "1s" }, expectedRate: "10/s" });
    expect(checkRules(sloRules([policy], pace))).toContain("rules found");
  });

  it("are a group for each service that has an objective, and none for others", () => {
    const policy = policyWith({ availability: 99.9, expectedRate: "10/s" }, ["catalog", "orders"]);
    const { objective: _, ...plain } = policyWith({ expectedRate: "10/s" }, ["recommender"]);
    expect(sloRules([policy, { ...plain, name: "rest" }]).map(({ name }) => name)).toEqual([
      "catalog.slo",
      "orders.slo",
    ]);
  });

  // Two quiet hours before it keep the slower page out.
  it("page when an hour burns more than 14.4 times the budget", () => {
    checkAlerts(availability, {
      interval: "1m",
      series: failures([131, 0], [70, 150]),
      at: "3h12m",
      ...fires("Fast", "availability", "14.8", failedTooOften("14.8", "Fast")),
    });
  });

  it("page when six hours burn more than 6 times the budget", () => {
    checkAlerts(availability, {
      interval: "1m",
      series: failures([50, 62]),
      at: "45m",
      ...fires("Fast", "availability", "6.2", failedTooOften("6.2", "Fast")),
    });
  });

  it.each([3.1, 1.1])("write a ticket when a day or three burn %s times the budget", (burnt) => {
    checkAlerts(availability, {
      interval: "1m",
      series: failures([50, burnt * 10]),
      at: "45m",
      ...fires("Slowly", "availability", burnt.toFixed(1), failedTooOften(burnt.toFixed(1), "Slowly")),
    });
  });

  it.each<[string, "Fast" | "Slowly", AlertCase["series"], string]>([
    ["an hour just below 14.4 times", "Fast", failures([131, 0], [70, 143]), "3h12m"],
    ["six hours just below 6 times", "Fast", failures([50, 59]), "45m"],
    ["three days just below the budget", "Slowly", failures([50, 9]), "45m"],
    ["errors that have ended", "Fast", failures([131, 0], [60, 180], [30, 0]), "3h18m"],
    ["no errors", "Slowly", failures([50, 0]), "45m"],
    ["no requests", "Fast", { ...UP, [count(200)]: "0x100" }, "1h"],
    ["no metric", "Fast", {}, "1h"],
    ["errors of another job", "Fast", { [count(500).replace("catalog", "orders")]: "0+99x90" }, "1h"],
    ["what only callers do wrong", "Fast", { [count(404)]: "0+9999x90" }, "1h"],
  ])("keep silent about %s", (_, alert, series, at) => {
    checkAlerts(availability, { interval: "1m", series, at, alert: `ErrorBudgetBurns${alert}`, fires: [] });
  });

  // An hour must hold 30 errors.
  it.each([
    [0.5, []],
    [0.6, fires("Fast", "availability", "1000.0", failedTooOften("1000.0", "Fast")).fires],
  ])("judge an outage at little traffic by the errors: %s a minute", (each, expected) => {
    const series = { [count(500)]: `0+${each}x100` };
    checkAlerts(availability, { interval: "1m", series, at: "55m", alert: "ErrorBudgetBurnsFast", fires: expected });
  });

  // What a program whose failures begin at 0 shows: 120 requests a minute, and then 30 failures between two scrapes.
  it.each([
    ["after the 0 that services begin with", "0x20 30x40", 1],
    ["and no series before them: who counts so is not seen to fail", "_x20 30x40", 0],
  ])("see a quiet service's first failures, %s", (_, failed, seen) => {
    const series = { ...UP, [count(500)]: failed, [count(200)]: "0+120x80" };
    const groups = sloRules([policyWith({ availability: 99, expectedRate: "2/s" })]);
    const expr = "round(job_slo:errors:rate1h * 3600) > bool 20";
    const samples = { '{job="catalog",slo="availability"}': seen };
    checkQuery(groups, { interval: "1m", series, at: "55m", expr, samples });
  });

  it("page when too many requests are slow", () => {
    checkAlerts(latency, {
      interval: "1m",
      series: slow(200, 1000),
      at: "1h",
      ...fires(
        "Fast",
        "latency",
        "16.0",
        "Too many requests to catalog take longer than 300ms: 16.0 times as many as it may have over 30d, where 5% are " +
          "the limit. This fires above 14.4 times over 1h or 6 times over 6h.",
      ),
    });
  });

  it.each<[string, AlertCase["series"]]>([
    ["just below the budget", slow(951, 1000)],
    ["with failures that took long", { ...slow(1000, 1000), [count(500)]: "0+5000x200", [count(511)]: "0+5000x200" }],
    ["without the bucket", { [count(200)]: "0+1000x200" }],
    ["without the metric", {}],
  ])("keep silent about durations %s", (_, series) => {
    const alert = "ErrorBudgetBurnsSlowly";
    checkAlerts(latency, { interval: "1m", series, at: "1h", alert, fires: [] });
    checkAlerts(latency, { interval: "1m", series, at: "1h", alert: "ErrorBudgetBurnsFast", fires: [] });
  });

  it.each(["1", "1.0"])("find the bucket of a whole second, written as %s", (le) => {
    const groups = sloRules([policyWith({ latency: { quantile: 0.95, under: "1s" }, expectedRate: "10/s" })]);
    const series = { [bucket(le)]: "0+900x40", [count(200)]: "0+1000x40" };
    const expr = "round(job_slo:errors:ratio5m, 0.0001)";
    checkQuery(groups, { series, at: "10m", expr, samples: { '{job="catalog",slo="latency"}': 0.1 } });
  });

  it.each([
    ["job_slo:requests:rate5m", 10_005 / 60],
    ["job_slo:errors:rate5m", 5 / 60],
    ["job_slo:errors:ratio5m", 5 / 10_005],
    ["job_slo:errors:ratio_period", 5 / 10_005],
    ["job_slo:objective:ratio", 0.999],
    ["job_slo:error_budget:ratio", 0.001],
    ["job_slo:error_budget_remaining:ratio", 0.5],
  ])("record %s", (record, value) => {
    checkQuery(availability, {
      interval: "1m",
      series: failures([61, 5]),
      at: "1h",
      expr: `abs(${record} - ${value}) < bool 0.01 * ${value}`,
      samples: { '{job="catalog",slo="availability"}': 1 },
    });
  });
});

describe("SloMetricMissing", () => {
  const missing = missingOf("catalog", "http_request_duration_seconds");
  const alert = "SloMetricMissing";

  it.each<[string, AlertCase["series"]]>([
    ["when the service emits none", UP],
    ["when nobody scrapes the service", {}],
  ])("fires for each objective %s", (_, series) => {
    const all = [missing("availability", "count"), missing("latency", "bucket")];
    checkAlerts(both, { series, at: "6m", alert, fires: all });
  });

  it("fires for the latency alone when its bucket is gone", () => {
    const series = { ...UP, [count(200)]: "0+10x100", [bucket("0.5")]: "0+10x100" };
    checkAlerts(both, { series, at: "6m", alert, fires: [missing("latency", "bucket")] });
  });

  it.each<[string, AlertCase["series"], string]>([
    ["with the metric", slow(100, 100), "6m"],
    ["before five minutes of it", UP, "4m45s"],
    ["of a service that is down: TargetDown tells", { 'up{job="catalog",instance="catalog-1:5000"}': "0x100" }, "6m"],
  ])("keeps silent %s", (_, series, at) => {
    checkAlerts(both, { series, at, alert, fires: [] });
  });
});

describe("the fast pace", () => {
  it("sees a burning budget within a minute", () => {
    const groups = sloRules([policyWith({ availability: 99.5, expectedRate: "5/s" })], PACES.fast);
    const [alert] = fires("Fast", "availability", "200.0", "").fires;
    checkAlerts(groups, {
      interval: "5s",
      series: { [count(500)]: "0+5x40" },
      at: "30s",
      alert: "ErrorBudgetBurnsFast",
      fires: [
        {
          labels: alert?.labels ?? {},
          summary: alert?.summary ?? "",
          description:
            "Too many requests to catalog fail: 200.0 times as many as it may have over 1h, where 0.5% are the " +
            "limit. This fires above 14.4 times over 1m or 6 times over 2m.",
        },
      ],
    });
  });
});
