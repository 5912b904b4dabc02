import type { Said } from "../faults/stand-in.ts";
import { alertsAt, type PackArgs, rulePack } from "../pack.ts";
import { PACES, type RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";
import { WATCHERS, type Watchers } from "../watchers.ts";

/** Beyond what the alerts on the path that alerts take fire. */
export const ALERTING_THRESHOLDS = {
  NotificationsFailing: { unit: "count", fires: "above", critical: 0 },
  AlertsNotSent: { unit: "count", fires: "above", warning: 0 },
  RuleEvaluationFailing: { unit: "count", fires: "above", critical: 0 },
} as const satisfies ThresholdTable;

/** What {@link alertingRules} watches. */
export interface AlertingRules extends PackArgs<typeof ALERTING_THRESHOLDS> {
  /** What the programs of the monitoring are called. @default WATCHERS */
  readonly watchers?: Watchers;
}

const TWO_QUEUES: readonly Said[] = [
  { series: 'otelcol_exporter_queue_size{data_type="logs",exporter="drill"}', value: 1 },
  { series: 'otelcol_exporter_queue_capacity{data_type="logs",exporter="drill"}', value: 1000, times: 2 },
];

/**
 * The path that alerts take: rules that fail, an Alertmanager that Prometheus doesn't reach, a receiver that refuses.
 *
 * A refused notice is told through the other receivers: an alert about mail is of no use as a mail only.
 */
export function alertingRules(args: AlertingRules = {}): RuleGroup {
  const { pace = PACES.steady, owner, thresholds, watchers = WATCHERS } = args;
  const { window } = pace;
  const at = alertsAt("the path that alerts take", ALERTING_THRESHOLDS, thresholds);
  return rulePack({ name: "alerting", owner, dashboard: { uid: "monitoring" } }, [
    ...at("NotificationsFailing", ({ value }) => ({
      expr: `sum by (job, integration) (increase(alertmanager_notification_requests_failed_total[${window}])) > ${value}`,
      for: pace.downFor,
      kind: "cause",
      // Each heartbeat that the switch does not take is one.
      drill: {
        fault: { kind: "stop", containers: { component: "dead-mans-switch" } },
        service: watchers.alertmanager,
        takes: window,
        within: "0s",
      },
      summary: "Alertmanager failed {{ $value | humanize }} times to notify by {{ $labels.integration }}",
      description: `In the last ${window} a receiver refused notices, or did not answer. People do not hear of alerts there.`,
    })),
    ...at("AlertsNotSent", ({ value }) => ({
      expr: `sum by (job, alertmanager) (increase(prometheus_notifications_errors_total[${window}])) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: {
        fault: { kind: "cut", containers: { component: watchers.alertmanager, one: true }, network: "observability" },
        service: watchers.prometheus,
        takes: window,
        within: "0s",
      },
      summary: "Prometheus could not send {{ $value | humanize }} alerts to an Alertmanager",
      description: `In the last ${window} they did not reach {{ $labels.alertmanager }}. The other Alertmanager delivers them, if there is one.`,
    })),
    ...at("RuleEvaluationFailing", ({ value }) => ({
      expr: `sum by (job, rule_group) (increase(prometheus_rule_evaluation_failures_total[${window}])) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      // Two answers to one question: the rule on the queue can't tell which one is meant.
      drill: {
        fault: { kind: "stand-in", job: watchers.collector, says: TWO_QUEUES },
        service: watchers.prometheus,
        within: "0s",
        // The queue is scraped, its rule fails; that is scraped, and this rule sees it.
        steps: 2,
      },
      summary: "Rules of {{ $labels.rule_group }} failed {{ $value | humanize }} times",
      description: "Alerts of this group may not fire. The page Status > Rule health of Prometheus shows the error.",
    })),
  ]);
}
