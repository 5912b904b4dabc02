import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/**
 * The path that alerts take: rules that fail, an Alertmanager that Prometheus doesn't reach, a receiver that refuses.
 *
 * A refused notice is told through the other receivers: an alert about mail is of no use as a mail only.
 */
export function alertingRules(pace: Pace = PACES.steady): RuleGroup {
  const { window } = pace;
  return {
    name: "alerting",
    rules: [
      {
        alert: "NotificationsFailing",
        expr: `sum by (job, integration) (increase(alertmanager_notification_requests_failed_total[${window}])) > 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "Alertmanager cannot notify by {{ $labels.integration }}",
        description: `In the last ${window}, {{ $value | humanize }} attempts to notify by {{ $labels.integration }} failed. People do not hear of alerts there.`,
      },
      {
        alert: "AlertsNotSent",
        expr: `sum by (job, alertmanager) (increase(prometheus_notifications_errors_total[${window}])) > 0`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "Prometheus cannot send alerts to an Alertmanager",
        description: `In the last ${window}, {{ $value | humanize }} alerts did not reach {{ $labels.alertmanager }}. The other Alertmanager delivers them, if there is one.`,
      },
      {
        alert: "RuleEvaluationFailing",
        expr: `sum by (job, rule_group) (increase(prometheus_rule_evaluation_failures_total[${window}])) > 0`,
        for: pace.symptomFor,
        severity: "critical",
        summary: "Rules of {{ $labels.rule_group }} fail",
        description: "Alerts of this group may not fire. The page Status > Rule health of Prometheus shows the error.",
      },
    ],
  };
}
