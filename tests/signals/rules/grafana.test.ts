import { describe, expect, it } from "vitest";
import { grafanaRules } from "../../../signals/rules/grafana.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [grafanaRules({ job: "grafana" })];

const metric = (name: string, labels = "") => `${name}{job="grafana",instance="grafana:3000"${labels}}`;
const requests = (code: number, handler = "/api/ds/query") =>
  metric("grafana_http_request_duration_seconds_count", `,handler="${handler}",status_code="${code}"`);
const bucket = (le: string) =>
  metric("grafana_http_request_duration_seconds_bucket", `,handler="/api/ds/query",status_code="200",le="${le}"`);

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "GrafanaRequestsFailing",
    at: "12m",
    above: { [requests(200)]: "0+949x60", [requests(500)]: "0+51x60" },
    below: { [requests(200)]: "0+951x60", [requests(500)]: "0+49x60" },
    fires: {
      labels: { severity: "warning", service: "grafana", job: "grafana" },
      summary: "grafana fails 5.1% of its requests",
    },
  },
  {
    alert: "GrafanaSlowP95",
    at: "12m",
    above: {
      [requests(200)]: "0+100x60",
      [bucket("5")]: "0+94x60",
      [bucket("10")]: "0+100x60",
      [bucket("+Inf")]: "0+100x60",
    },
    below: {
      [requests(200)]: "0+100x60",
      [bucket("5")]: "0+96x60",
      [bucket("10")]: "0+100x60",
      [bucket("+Inf")]: "0+100x60",
    },
    fires: {
      labels: { severity: "warning", service: "grafana", job: "grafana" },
      summary: "grafana is slow: p95 is 5.833s",
    },
  },
  {
    alert: "GrafanaSignInsFailing",
    at: "12m",
    above: { [requests(401, "/login")]: "0+2x60" },
    below: { [requests(401, "/login")]: "0+1.4x60" },
    fires: {
      labels: { severity: "warning", service: "grafana", job: "grafana", instance: "grafana:3000" },
      summary: "40 sign-ins to grafana failed",
    },
  },
];

describe("grafanaRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("3 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
