import type { Limit } from "./threshold.ts";

/** The part of a countdown that one limit of an alert is about. */
export interface Ending {
  /** PromQL that fires in it. */
  readonly expr: string;
  /** Seconds that are left in the middle of it, for its drill. */
  readonly between: number;
}

/**
 * What is left until something ends, below one limit and not below the next one: an alert never fires with both severities,
 * the more urgent one takes over.
 *
 * @param left PromQL of the seconds that are left
 * @param value the limit, in seconds
 * @param limits all limits of the alert
 * @example
 * ```ts
 * endingBelow("probe_ssl_earliest_cert_expiry - time()", 1_814_400, limits).expr; // "… < 1814400 and … >= 604800"
 * ```
 */
export function endingBelow(left: string, value: number, limits: readonly Pick<Limit, "value">[]): Ending {
  const sooner = limits.findLast((other) => other.value < value)?.value;
  return {
    expr: `${left} < ${value}${sooner === undefined ? "" : ` and ${left} >= ${sooner}`}`,
    between: Math.floor((value + (sooner ?? 0)) / 2),
  };
}
