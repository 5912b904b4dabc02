import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link grafanaRules} watches. */
export interface GrafanaRules {
  /** The `job` label of Grafana. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Requests a second below which neither errors nor their duration alert. @default 0.1 */
  readonly leastRate?: number;
}

/** Grafana itself, as those who look at it see it. */
export function grafanaRules({ job, pace = PACES.steady, leastRate = 0.1 }: GrafanaRules): RuleGroup {
  const { window } = pace;
  // A live connection is one request that lasts as long as the page is open.
  const pages = `job="${job}",handler!="/api/live/ws"`;
  const rate = (status = ""): string =>
    `sum by (job) (rate(grafana_http_request_duration_seconds_count{${pages}${status}}[${window}]))`;
  return {
    name: `${job}.grafana`,
    rules: [
      {
        alert: "GrafanaRequestsFailing",
        expr: `${rate(',status_code=~"5.."')} / ${rate()} > 0.05 and ${rate()} >= ${leastRate}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
        description: "Dashboards are empty or do not open. Alerts do not depend on it.",
      },
      {
        alert: "GrafanaSlowP95",
        expr: `histogram_quantile(0.95, sum by (job, le) (rate(grafana_http_request_duration_seconds_bucket{${pages}}[${window}]))) > 5 and ${rate()} >= ${leastRate}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.job }} is slow: p95 is {{ $value | humanizeDuration }}",
        description: "One of 20 requests takes longer than that; 5 s is the limit. Often a panel asks too much.",
      },
      {
        alert: "GrafanaSignInsFailing",
        expr: `sum by (job, instance) (increase(grafana_authn_authn_failed_authentication_total{job="${job}"}[${window}])) > 30`,
        for: "0s",
        severity: "warning",
        summary: "{{ $value | humanize }} sign-ins to {{ $labels.job }} failed",
        description: `In the last ${window}: a script has an old password, or somebody guesses.`,
      },
    ],
  };
}
