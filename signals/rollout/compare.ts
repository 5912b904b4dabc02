/** The indicators of a service's objective for each version of a rollout, as counts that can be compared. */

import { LATENCY_BUCKETS } from "../../services/telemetry/node/latency-buckets.ts";
import type { Duration } from "../../services/units.ts";
import { bucket, type Indicator } from "../slo/indicator.ts";
import { REQUEST_HISTOGRAMS } from "../slo/request-histograms.ts";

/** One number that both versions are compared by; each query has a series with the label `version` for each of them. */
export interface VersionIndicator {
  /** The objective's indicator that it is. */
  readonly slo: Indicator["slo"];
  /** What the requests do that are errors: `fail`. */
  readonly error: string;
  /** The requests within a window, in PromQL. */
  readonly requests: (window: Duration) => string;
  /** The errors within a window, in PromQL. */
  readonly errors: (window: Duration) => string;
}

/**
 * How a rollout's versions are compared, by what the service counts of itself. An answer with a 5xx status is a failure. Of
 * the others, one is slow that takes longer than a bound: with {@link usualBounds}, one of 20 of stable's at most, and one
 * of two.
 *
 * @param job the service's job
 * @param bounds upper bounds of the histogram, in seconds. @default - slow requests are not compared
 * @example
 * ```ts
 * const [availability, ...latencies] = versionIndicators("catalog", usualBounds([0.18, 0.04]));
 * ```
 */
export function versionIndicators(job: string, bounds: readonly number[] = []): readonly VersionIndicator[] {
  const { name, status } = REQUEST_HISTOGRAMS.service;
  const count = (more: string, window: Duration): string => grown(`${name}_count`, job, more, window);
  const all = (window: Duration): string => count("", window);
  const answered = `,${status}!~"5.."`;
  const fine = (window: Duration): string => count(answered, window);
  const availability: VersionIndicator = {
    slo: "availability",
    error: "fail",
    requests: all,
    // A version that never failed has no series of a failure, and 0 is not nothing.
    errors: (window) => `(${count(`,${status}=~"5.."`, window)} or 0 * ${all(window)})`,
  };
  const slow = (bound: number): VersionIndicator => ({
    slo: "latency",
    error: `take longer than ${bound}s`,
    requests: fine,
    errors: (window) => `(${fine(window)} - ${grown(`${name}_bucket`, job, `${answered},${bucket(bound)}`, window)})`,
  });
  return [availability, ...bounds.map(slow)];
}

/**
 * A quantile of the duration of each version's answers over a window, in PromQL.
 *
 * @param quantile such as 0.95
 */
export function versionQuantile(job: string, quantile: number, window: Duration): string {
  const { name } = REQUEST_HISTOGRAMS.service;
  return `histogram_quantile(${quantile}, sum by (version, le) (rate(${name}_bucket{${of(job)}}[${window}])))`;
}

/**
 * The bounds that a candidate's durations are held against: for each quantile of stable's, the first bound of the histogram
 * that is not below it, each once. One quantile alone may lie so far below its bound that twice as slow is no slower than it.
 *
 * @param quantiles of stable's, in seconds; one that is no number, or beyond the last bound, has none
 */
export function usualBounds(quantiles: readonly number[]): readonly number[] {
  const bounds = quantiles.map((quantile) => LATENCY_BUCKETS.find((bound) => quantile <= bound));
  return [...new Set(bounds.filter((bound) => bound !== undefined))];
}

const of = (job: string): string => `job="${job}",version!=""`;

/**
 * How much a counter has grown within a window. A series that was not there when the window began has grown by all that it
 * has: `increase` alone would leave out its first sample, which is the first error of a version that had none. Where a
 * rollout begins, what serves gets its label, and is another series to Prometheus: what it had before counts for nothing.
 */
function grown(metric: string, job: string, more: string, window: Duration): string {
  const now = `${metric}{${of(job)}${more}}`;
  const before = `${metric}{job="${job}"${more}} offset ${window}`;
  return `sum by (version) ((${now} unless ignoring (version) ${before}) or increase(${now}[${window}]))`;
}
