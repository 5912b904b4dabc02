import type { Fault } from "../faults/index.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Alertmanager fire. */
export const ALERTMANAGER_THRESHOLDS = {
  NotificationsSlow: { unit: "seconds", fires: "above", warning: 10 },
  AlertsInvalid: { unit: "count", fires: "above", warning: 0 },
  AlertmanagerStateNotSaved: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link alertmanagerRules} watches. */
export interface AlertmanagerRules extends JobPackArgs<typeof ALERTMANAGER_THRESHOLDS> {
  /** The `job` label of the Alertmanagers. */
  readonly job: string;
}

const ENDS_BEFORE_IT_STARTS =
  '[{"labels":{"alertname":"VigieDrill"},"startsAt":"2026-01-02T00:00:00Z","endsAt":"2026-01-01T00:00:00Z"}]';

/** One of them reads a file with more at its end. */
function configFault(job: string, append: string): Fault {
  return {
    kind: "config",
    containers: { component: job, one: true },
    file: "/etc/alertmanager/alertmanager.yml",
    append,
    reload: { port: 9093, path: "/-/reload" },
  };
}

/** The Alertmanagers themselves. What they fail to deliver is `NotificationsFailing`. */
export function alertmanagerRules(args: AlertmanagerRules): RuleGroup {
  const { job, owner } = args;
  const told = jobAlerts(ALERTMANAGER_THRESHOLDS, args);
  const { pace, selector, at } = told;
  const { window } = pace;
  const grown = (metric: string, over: string = window): string =>
    `sum by (job, instance) (increase(alertmanager_${metric}${selector}[${over}]))`;
  return rulePack({ job, pack: "alertmanager", owner, dashboard: { uid: "monitoring" } }, [
    ...agreement(told),
    ...at("NotificationsSlow", ({ value, text }) => ({
      expr: `histogram_quantile(0.95, sum by (job, integration, le) (rate(alertmanager_notification_latency_seconds_bucket${selector}[${window}]))) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: {
        undrillable:
          "Alertmanager gives up after a group's interval, or 10 seconds: where that is short, what is so slow has failed too, and NotificationsFailing mutes this.",
      },
      summary: "Notices by {{ $labels.integration }} take {{ $value | humanizeDuration }}",
      description: `One of 20 takes longer than that; ${text} is the limit. People hear of alerts late.`,
    })),
    ...at("AlertsInvalid", ({ value }) => ({
      expr: `${grown("alerts_invalid_total")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: {
        fault: {
          kind: "requests",
          containers: { component: job, one: true },
          port: 9093,
          path: "/api/v2/alerts",
          json: ENDS_BEFORE_IT_STARTS,
        },
        within: "0s",
      },
      summary: "{{ $labels.instance }} refused {{ $value | humanize }} alerts",
      description: `In the last ${window} alerts came that are none: a label is empty or misnamed. Nobody is told of them.`,
    })),
    ...at("AlertmanagerStateNotSaved", ({ value }) => ({
      // Saved every 15 minutes.
      expr: `${grown("nflog_maintenance_errors_total", "1h")} + ${grown("silences_maintenance_errors_total", "1h")} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: {
        undrillable: "Alertmanager saves every 15 minutes, and what failed then counts for an hour.",
      },
      summary: "{{ $labels.instance }} failed {{ $value | humanize }} times in an hour to save what it knows",
      description: "After a restart it forgets its silences, and whom it has told.",
    })),
  ]);
}

/** Whether they read their configuration, have the same one, and know of each other. */
function agreement({ job, selector, pace }: JobAlerts<typeof ALERTMANAGER_THRESHOLDS>): readonly PackRule[] {
  return [
    {
      alert: "AlertmanagerReloadFailing",
      expr: `alertmanager_config_last_reload_successful${selector} == 0`,
      for: pace.downFor,
      severity: "critical",
      kind: "cause",
      drill: { fault: configFault(job, "\nbroken by a drill: [\n") },
      summary: "{{ $labels.instance }} refuses its configuration",
      description: "It goes on with the one before: who was added hears nothing, and a restart would fail.",
    },
    {
      alert: "AlertmanagerConfigsDiffer",
      expr: `count by (job) (count_values by (job) ("config_hash", alertmanager_config_hash${selector})) > 1`,
      for: pace.symptomFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: configFault(job, "\n# added by a drill\n") },
      summary: "The instances of {{ $labels.job }} have {{ $value }} different configurations",
      description: "Which of them notifies is chance: people are told twice, or by the wrong receiver.",
    },
    {
      alert: "AlertmanagerPeerMissing",
      expr: `alertmanager_cluster_members${selector} < on (job) group_left () count by (job) (up${selector})`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: { kind: "stop", containers: { component: job, one: true } }, takes: "15s" },
      summary: "{{ $labels.instance }} knows {{ $value }} of the Alertmanagers",
      description: "Those that don't know of each other each notify, and a silence at one is none at the other.",
    },
  ];
}
