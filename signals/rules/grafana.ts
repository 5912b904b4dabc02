import type { Said } from "../faults/stand-in.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Grafana fire. */
export const GRAFANA_THRESHOLDS = {
  GrafanaRequestsFailing: { unit: "ratio", fires: "above", warning: 0.05 },
  GrafanaSlowP95: { unit: "seconds", fires: "above", warning: 5 },
  GrafanaSignInsFailing: { unit: "count", fires: "above", warning: 30 },
} as const satisfies ThresholdTable;

/** What {@link grafanaRules} watches. */
export interface GrafanaRules extends JobPackArgs<typeof GRAFANA_THRESHOLDS> {
  /** The `job` label of Grafana. */
  readonly job: string;
  /** Requests a second below which neither errors nor their duration alert. @default 0.1 */
  readonly leastRate?: number;
}

const FAILING: readonly Said[] = [
  { series: 'grafana_http_request_duration_seconds_count{handler="/drill",status_code="500"}', perSecond: 2 },
  { series: 'grafana_http_request_duration_seconds_bucket{handler="/drill",status_code="500",le="5"}' },
  { series: 'grafana_http_request_duration_seconds_bucket{handler="/drill",status_code="500",le="10"}', perSecond: 2 },
  {
    series: 'grafana_http_request_duration_seconds_bucket{handler="/drill",status_code="500",le="+Inf"}',
    perSecond: 2,
  },
];

/** Grafana itself, as those who look at it see it. */
export function grafanaRules(args: GrafanaRules): RuleGroup {
  const { job, owner, leastRate = 0.1 } = args;
  const { pace, at } = jobAlerts(GRAFANA_THRESHOLDS, args);
  const { window } = pace;
  // A live connection is one request that lasts as long as the page is open.
  const pages = `job="${job}",handler!="/api/live/ws"`;
  const rate = (status = ""): string =>
    `sum by (job) (rate(grafana_http_request_duration_seconds_count{${pages}${status}}[${window}]))`;
  return rulePack({ job, pack: "grafana", owner, dashboard: { uid: "monitoring" } }, [
    ...at("GrafanaRequestsFailing", ({ value }) => ({
      expr: `${rate(',status_code=~"5.."')} / ${rate()} > ${value} and ${rate()} >= ${leastRate}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: FAILING } },
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
      description: "Dashboards are empty or do not open. Alerts do not depend on it.",
    })),
    ...at("GrafanaSlowP95", ({ value, text }) => ({
      expr: `histogram_quantile(0.95, sum by (job, le) (rate(grafana_http_request_duration_seconds_bucket{${pages}}[${window}]))) > ${value} and ${rate()} >= ${leastRate}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: FAILING } },
      summary: "{{ $labels.job }} is slow: p95 is {{ $value | humanizeDuration }}",
      description: `One of 20 requests takes longer than that; ${text} is the limit. Often a panel asks too much.`,
    })),
    ...at("GrafanaSignInsFailing", ({ value }) => ({
      // grafana_authn_authn_failed_authentication_total stays at 0 when the form refuses a password (tried, Grafana 12).
      expr: `sum by (job, instance) (increase(grafana_http_request_duration_seconds_count{job="${job}",handler="/login",status_code="401"}[${window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      // A user of another name each time: Grafana locks out one that fails often.
      drill: {
        fault: {
          kind: "requests",
          containers: { component: job },
          port: 3000,
          path: "/login",
          json: '{"user":"drill-{n}","password":"wrong"}',
          perSecond: 5,
        },
      },
      summary: "{{ $value | humanize }} sign-ins to {{ $labels.job }} failed",
      description: `In the last ${window}: a script has an old password, or somebody guesses.`,
    })),
  ]);
}
