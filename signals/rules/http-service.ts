import { serviceDashboardUid } from "../dashboard-link.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobPackArgs, jobAlerts, rulePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on a service fire. */
export const HTTP_SERVICE_THRESHOLDS = {
  HttpHighErrorRatio: { unit: "ratio", fires: "above", critical: 0.05 },
  HttpSlowP95: { unit: "seconds", fires: "above", warning: 0.5 },
  HttpRequestsWaiting: { unit: "count", fires: "above", warning: 100 },
  DatabasePoolExhausted: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link httpServiceRules} watches. */
export interface HttpServiceRules extends JobPackArgs<typeof HTTP_SERVICE_THRESHOLDS> {
  /** The `job` label of the service's metrics. */
  readonly job: string;
  /** Requests a second below which neither fires: one failed request of one is no outage. @default 0.1 */
  readonly leastRate?: number;
}

const OVERWHELMED: readonly Said[] = [
  { series: "http_requests_in_flight", value: 500 },
  { series: "db_pool_pending_requests", value: 50 },
];

/**
 * Rate, errors and duration of one service, from the histogram `http_request_duration_seconds` with the label
 * `status`, as `services/telemetry` emits it.
 *
 * The ratio is 0, not absent, while there are requests and no errors: a panel shows a line instead of "No data".
 */
export function httpServiceRules(args: HttpServiceRules): RuleGroup {
  const { job, owner, leastRate = 0.1 } = args;
  const { pace, at } = jobAlerts(HTTP_SERVICE_THRESHOLDS, args);
  const { window } = pace;
  const selector = `job="${job}"`;
  const rate = `job:http_requests:rate${window}`;
  const ratio = `job:http_errors:ratio${window}`;
  const p95 = `job:http_request_duration_seconds:p95_${window}`;
  const busy = `${rate}{${selector}} >= ${leastRate}`;
  return rulePack({ job, pack: "http", owner, dashboard: { uid: serviceDashboardUid(job) } }, [
    { record: rate, expr: `sum by (job) (rate(http_request_duration_seconds_count{${selector}}[${window}]))` },
    {
      record: ratio,
      expr:
        `(sum by (job) (rate(http_request_duration_seconds_count{${selector},status=~"5.."}[${window}])) ` +
        `or 0 * ${rate}{${selector}}) / (${rate}{${selector}} > 0)`,
    },
    {
      record: p95,
      expr: `histogram_quantile(0.95, sum by (job, le) (rate(http_request_duration_seconds_bucket{${selector}}[${window}])))`,
    },
    ...at("HttpHighErrorRatio", ({ value, text }) => ({
      expr: `${ratio}{${selector}} > ${value} and on (job) ${busy}`,
      for: pace.symptomFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, answers: { status: 500 } }, visited: true },
      summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
      description: `Of the answers of {{ $labels.job }} in the last ${window}, {{ $value | humanizePercentage }} had a 5xx status; ${text} is the limit.`,
    })),
    ...at("HttpSlowP95", ({ value, text }) => ({
      expr: `${p95}{${selector}} > ${value} and on (job) ${busy}`,
      for: pace.symptomFor,
      kind: "symptom",
      // More than one of 20, and too few to burn an error budget fast: that would mute it.
      drill: { fault: { kind: "stand-in", job, answers: { seconds: 3, share: 0.2 } }, visited: true },
      summary: "{{ $labels.job }} is slow: p95 is {{ $value | humanizeDuration }}",
      description: `One of 20 requests to {{ $labels.job }} in the last ${window} took longer than {{ $value | humanizeDuration }}; ${text} is the limit.`,
    })),
    ...at("HttpRequestsWaiting", ({ value, text }) => ({
      expr: `sum by (job) (http_requests_in_flight{${selector}}) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: OVERWHELMED } },
      summary: "{{ $labels.job }} has {{ $value }} requests in work at once",
      description: `More than ${text} means that they come faster than they are answered.`,
    })),
    ...at("DatabasePoolExhausted", ({ value }) => ({
      expr: `max by (job) (min_over_time(db_pool_pending_requests{${selector}}[${window}])) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "symptom",
      drill: { fault: { kind: "stand-in", job, says: OVERWHELMED } },
      summary: "{{ $value }} requests of {{ $labels.job }} wait for a connection to the database",
      description: `In the last ${window} there was always at least one: all connections of the pool are in use.`,
    })),
  ]);
}
