import { describe, expect, it } from "vitest";
import { isAlertingRule, PACES } from "../../../signals/rule-group.ts";
import { callAuthRules } from "../../../signals/rules/call-auth.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [callAuthRules({ job: "survey" })];
const DAY = 86_400;

const refused = (instance: number, reason: string) =>
  `calls_refused_total{job="survey",instance="survey-${instance}:3001",reason="${reason}"}`;
const ends = (instance: number) =>
  `call_certificate_expiry_timestamp_seconds{job="survey",instance="survey-${instance}:9100"}`;

describe("callAuthRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([callAuthRules({ job: "survey", pace })])).toContain("3 rules found");
  });

  it("are those on calls for who is called, and those on certificates for who shows one", () => {
    const alerts = (args: { called: boolean; certified: boolean }) =>
      new Set(
        callAuthRules({ job: "survey", ...args })
          .rules.filter(isAlertingRule)
          .map(({ alert }) => alert),
      );
    expect(alerts({ called: true, certified: false })).toEqual(new Set(["CallsRefused"]));
    expect(alerts({ called: false, certified: true })).toEqual(new Set(["CallCertificateExpires"]));
  });

  it("warn of a service that is refused for minutes, whichever replica it asks, by why", () => {
    checkAlerts(groups, {
      series: { [refused(1, "wrong")]: "0+1x60", [refused(2, "wrong")]: "0+1x60", [refused(1, "missing")]: "0x60" },
      at: "12m",
      alert: "CallsRefused",
      fires: [
        {
          labels: { severity: "warning", service: "survey", job: "survey", reason: "wrong" },
          summary: "survey refused 40 calls of other services: wrong",
          description:
            "In the last 5m, and for a while: a service has a wrong key, or somebody asks who is no service.",
        },
      ],
    });
  });

  it.each([
    ["no call", "0x60", "12m"],
    ["one stray call", "0x10 1x50", "12m"],
    ["many calls within a moment, long ago", "0x4 100x60", "14m"],
    ["calls for less than five minutes", "0x30 0+1x10", "9m"],
  ])("keep silent about %s that is refused", (_, values, at) => {
    checkAlerts(groups, { series: { [refused(1, "wrong")]: values }, at, alert: "CallsRefused", fires: [] });
  });

  it("tell of the certificate of all replicas that ends first, once", () => {
    checkAlerts(groups, {
      series: { [ends(1)]: `${4 * DAY + 600}x60`, [ends(2)]: `${60 * DAY}x60` },
      at: "10m",
      alert: "CallCertificateExpires",
      fires: [
        {
          labels: { severity: "warning", service: "survey", job: "survey" },
          summary: "The certificate that survey shows other services ends in 4d 0h 0m 0s",
          description:
            "Below 21 days, an `up` should have made a new one: there was none for months, or it is not read.",
        },
      ],
    });
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "CallCertificateExpires",
      at: "10m",
      above: { [ends(1)]: `${2 * DAY + 600}x60` },
      below: { [ends(1)]: `${21 * DAY + 600}x60` },
      fires: {
        labels: { severity: "critical", service: "survey", job: "survey" },
        summary: "The certificate that survey shows other services ends in 2d 0h 0m 0s",
      },
    },
  ])("let $alert fire beyond its limit, silent at it and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
