import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { serviceCallRules } from "../../../signals/rules/service-calls.ts";
import { checkAlerts, checkLimit, checkRules } from "../promtool.ts";

const groups = [serviceCallRules({ job: "gateway" })];
const of = (name: string, more = "", instance = 1) =>
  `${name}{job="gateway",instance="gateway-${instance}:3000",callee="survey"${more}}`;
const labels = { severity: "warning", service: "gateway", job: "gateway", callee: "survey" };

describe("serviceCallRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([serviceCallRules({ job: "gateway", pace })])).toContain("4 rules found");
  });

  it("tell of a breaker that stays open, once for all instances of the caller", () => {
    const open = (instance: number) => of("service_call_breaker_open", "", instance);
    checkLimit({
      ...{ alert: "ServiceCallBreakerOpen", groups, at: "6m" },
      above: { [open(1)]: "1x40", [open(2)]: "0x40" },
      below: { [open(1)]: "0x40", [open(2)]: "0x40" },
      fires: { labels, summary: "gateway does not ask survey, which keeps failing" },
    });
    // It was well in between.
    checkAlerts(groups, {
      ...{ alert: "ServiceCallBreakerOpen", at: "8m", fires: [] },
      series: { [open(1)]: "1x15 0 1x20" },
    });
  });

  it("tell of each replica that stays left out", () => {
    const ejected = (replica: number) => of("service_call_replica_ejected", `,replica="survey-${replica}:3001"`);
    checkLimit({
      ...{ alert: "ServiceCallReplicaEjected", groups, at: "6m" },
      above: { [ejected(1)]: "0x40", [ejected(2)]: "1x40" },
      below: { [ejected(1)]: "0x40", [ejected(2)]: "0x40" },
      fires: {
        labels: { ...labels, replica: "survey-2:3001" },
        summary: "gateway leaves out survey-2:3001 of survey, which keeps failing",
      },
    });
  });

  it("tell of a budget of retries that stays used up", () => {
    const used = of("service_call_retry_budget_exhausted_total");
    checkLimit({
      ...{ alert: "ServiceCallRetriesExhausted", groups, at: "12m" },
      above: { [used]: "0+30x60" },
      below: { [used]: "7x60" },
      fires: { labels, summary: "gateway gives up 2 requests a second to survey for want of retries" },
    });
  });

  it("tell of requests that are refused for want of room, and of no others", () => {
    const calls = (outcome: string) => of("service_calls_total", `,outcome="${outcome}"`);
    checkLimit({
      ...{ alert: "ServiceCallsOverloaded", groups, at: "12m" },
      above: { [calls("overloaded")]: "0+30x60", [calls("ok")]: "0+15x60" },
      below: { [calls("overloaded")]: "3x60", [calls("failed")]: "0+15x60" },
      fires: { labels, summary: "gateway refuses 2 requests a second that need survey" },
    });
  });
});
