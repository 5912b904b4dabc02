import { describe, expect, it } from "vitest";
import { alertingRules } from "../../../signals/rules/alerting.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [alertingRules()];

const cases = [
  {
    alert: "NotificationsFailing",
    series: 'alertmanager_notification_requests_failed_total{job="alertmanager",instance="a:1",integration="webhook"}',
    labels: { severity: "critical", service: "alertmanager", job: "alertmanager", integration: "webhook" },
    summary: "Alertmanager failed 15 times to notify by webhook",
    description: "In the last 5m a receiver refused notices, or did not answer. People do not hear of alerts there.",
  },
  {
    alert: "AlertsNotSent",
    series: 'prometheus_notifications_errors_total{job="prometheus",instance="p:1",alertmanager="http://a:1/api"}',
    labels: { severity: "warning", service: "prometheus", job: "prometheus", alertmanager: "http://a:1/api" },
    summary: "Prometheus could not send 15 alerts to an Alertmanager",
    description:
      "In the last 5m they did not reach http://a:1/api. The other Alertmanager delivers them, if there is one.",
  },
  {
    alert: "RuleEvaluationFailing",
    series: 'prometheus_rule_evaluation_failures_total{job="prometheus",instance="p:1",rule_group="targets"}',
    labels: { severity: "critical", service: "prometheus", job: "prometheus", rule_group: "targets" },
    summary: "Rules of targets failed 15 times",
    description: "Alerts of this group may not fire. The page Status > Rule health of Prometheus shows the error.",
  },
];

describe("alertingRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("3 rules found");
  });

  describe.each(cases)("$alert", ({ alert, series, labels, summary, description }) => {
    it("fires while the counter grows", () => {
      const fires = [{ labels, summary, description }];
      checkAlerts(groups, { interval: "20s", series: { [series]: "0+1x60" }, at: "12m", alert, fires });
    });

    it.each([
      ["while the counter stands still", { [series]: "7x60" }],
      ["when it stood still for five minutes", { [series]: "0+1x10 10x50" }],
      ["without the metric", {}],
    ])("is silent %s", (_, given) => {
      checkAlerts(groups, { interval: "20s", series: given, at: "12m", alert, fires: [] });
    });
  });
});
