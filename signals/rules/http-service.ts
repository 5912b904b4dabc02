import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link httpServiceRules} watches and where it alerts. */
export interface HttpServiceRules {
  /** The `job` label of the service's metrics. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
  /** Share of answers with a 5xx status above which an alert fires, from 0 to 1. @default 0.05 */
  readonly errorRatio?: number;
  /** 95th percentile of the duration above which an alert fires, in seconds. Best on a bucket's bound. @default 0.5 */
  readonly p95Seconds?: number;
  /** Requests a second below which neither fires: one failed request of one is no outage. @default 0.1 */
  readonly leastRate?: number;
  /** Requests that may be in work at once, in all instances. @default 100 */
  readonly inFlight?: number;
}

/**
 * Rate, errors and duration of one service, from the histogram `http_request_duration_seconds` with the label
 * `status`, as `services/telemetry` emits it.
 *
 * The ratio is 0, not absent, while there are requests and no errors: a panel shows a line instead of "No data".
 */
export function httpServiceRules(args: HttpServiceRules): RuleGroup {
  const { job, pace = PACES.steady, errorRatio = 0.05, p95Seconds = 0.5, leastRate = 0.1, inFlight = 100 } = args;
  const { window } = pace;
  const selector = `job="${job}"`;
  const rate = `job:http_requests:rate${window}`;
  const ratio = `job:http_errors:ratio${window}`;
  const p95 = `job:http_request_duration_seconds:p95_${window}`;
  const busy = `${rate}{${selector}} >= ${leastRate}`;
  return {
    name: `${job}.http`,
    rules: [
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
      {
        alert: "HttpHighErrorRatio",
        expr: `${ratio}{${selector}} > ${errorRatio} and on (job) ${busy}`,
        for: pace.symptomFor,
        severity: "critical",
        summary: "{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests",
        description: `Of the answers of {{ $labels.job }} in the last ${window}, {{ $value | humanizePercentage }} had a 5xx status; ${percent(errorRatio)} is the limit.`,
      },
      {
        alert: "HttpSlowP95",
        expr: `${p95}{${selector}} > ${p95Seconds} and on (job) ${busy}`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "{{ $labels.job }} is slow: p95 is {{ $value | humanizeDuration }}",
        description: `One of 20 requests to {{ $labels.job }} in the last ${window} took longer than {{ $value | humanizeDuration }}; ${p95Seconds} s is the limit.`,
      },
      {
        alert: "HttpRequestsWaiting",
        expr: `sum by (job) (http_requests_in_flight{${selector}}) > ${inFlight}`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $labels.job }} has {{ $value }} requests in work at once",
        description: `More than ${inFlight} means that they come faster than they are answered.`,
      },
      {
        alert: "DatabasePoolExhausted",
        expr: `max by (job) (min_over_time(db_pool_pending_requests{${selector}}[${window}])) > 0`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $value }} requests of {{ $labels.job }} wait for a connection to the database",
        description: `In the last ${window} there was always at least one: all connections of the pool are in use.`,
      },
    ],
  };
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 10_000) / 100}%`;
}
