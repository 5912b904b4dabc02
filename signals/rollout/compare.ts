/** The indicators of a service's objective for each version of a rollout, as counts that can be compared. */

import { LATENCY_BUCKETS } from "../../services/telemetry/node/latency-buckets.ts";
import type { Duration } from "../../services/units.ts";
import { bucket, type Indicator } from "../slo/indicator.ts";
import { REQUEST_HISTOGRAMS } from "../slo/measured.ts";

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
 * the others, one is slow that takes longer than a bound: with {@link usualBound}, one of 20 of stable's at most.
 *
 * @param job the service's job
 * @param bound an upper bound of the histogram, in seconds. @default - slow requests are not compared
 * @example
 * ```ts
 * const [availability, latency] = versionIndicators("catalog", usualBound(0.18));
 * ```
 */
export function versionIndicators(job: string, bound?: number): readonly VersionIndicator[] {
  const { name, status } = REQUEST_HISTOGRAMS.service;
  const count = (more: string, window: Duration): string => grown(`${name}_count{${of(job)}${more}}`, window);
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
  if (bound === undefined) return [availability];
  const fast = (window: Duration): string => grown(`${name}_bucket{${of(job)}${answered},${bucket(bound)}}`, window);
  return [
    availability,
    {
      slo: "latency",
      error: `take longer than ${bound}s`,
      requests: fine,
      errors: (window) => `(${fine(window)} - ${fast(window)})`,
    },
  ];
}

/** The 95th percentile of the duration of each version's answers over a window, in PromQL. */
export function versionP95(job: string, window: Duration): string {
  const { name } = REQUEST_HISTOGRAMS.service;
  return `histogram_quantile(0.95, sum by (version, le) (rate(${name}_bucket{${of(job)}}[${window}])))`;
}

/**
 * The bound that a candidate's durations are held against: the first of the histogram that is not below stable's 95th
 * percentile. Undefined where that is beyond the last one, or none: then nothing tells slow requests apart.
 *
 * @param p95 stable's 95th percentile in seconds
 */
export function usualBound(p95: number): number | undefined {
  return LATENCY_BUCKETS.find((bound) => p95 <= bound);
}

const of = (job: string): string => `job="${job}",version!=""`;

/**
 * How much a counter has grown within a window. A series that was not there when the window began has grown by all that it
 * has: `increase` alone would leave out its first sample, which is the first error of a version that had none.
 */
function grown(series: string, window: Duration): string {
  return `sum by (version) ((${series} unless ${series} offset ${window}) or increase(${series}[${window}]))`;
}
