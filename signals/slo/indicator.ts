import { type Duration, toSeconds } from "../../services/units.ts";
import type { Objective } from "./objective.ts";

/** One number that says how well a service does what it owes. */
export interface Indicator {
  /** The label `slo` of its series. */
  readonly slo: "availability" | "latency";
  /** Share of the requests that may be errors. */
  readonly budget: number;
  /** What the requests do that are errors: `fail`. */
  readonly error: string;
  /** The requests a second over a window, in PromQL, with the label `job`. */
  readonly requests: (window: Duration) => string;
  /** The errors a second over a window, in PromQL, with the label `job`. */
  readonly errors: (window: Duration) => string;
  /** The series without which nothing is measured, as a selector. */
  readonly needs: string;
}

const REQUESTS = "http_request_duration_seconds";

/** The indicators of a job's objective, which is checked already. */
export function indicatorsOf(job: string, { availability, latency }: Objective): readonly Indicator[] {
  const rate = (metric: string, more: string, window: Duration): string =>
    `sum by (job) (rate(${REQUESTS}_${metric}{job="${job}"${more}}[${window}]))`;
  const indicators: Indicator[] = [];
  if (availability !== undefined) {
    const requests = (window: Duration): string => rate("count", "", window);
    indicators.push({
      slo: "availability",
      budget: budgetOf(availability / 100),
      error: "fail",
      requests,
      // A service that never failed has no series of a failure, and 0 is not nothing.
      errors: (window) => `(${rate("count", ',status=~"5.."', window)} or 0 * ${requests(window)})`,
      needs: `${REQUESTS}_count{job="${job}"}`,
    });
  }
  if (latency !== undefined) {
    const answered = ',status!~"5.."';
    const bound = bucket(toSeconds(latency.under) ?? 0);
    const requests = (window: Duration): string => rate("count", answered, window);
    indicators.push({
      slo: "latency",
      budget: budgetOf(latency.quantile),
      error: `take longer than ${latency.under}`,
      requests,
      errors: (window) => `(${requests(window)} - ${rate("bucket", `${answered},${bound}`, window)})`,
      needs: `${REQUESTS}_bucket{job="${job}",${bound}}`,
    });
  }
  return indicators;
}

/** What an objective, from 0 to 1, leaves for errors, without the noise of binary fractions. */
export function budgetOf(objective: number): number {
  return Number((1 - objective).toPrecision(9));
}

// Prometheus 3 writes whole bounds as 1.0, and 2 as the service does.
function bucket(seconds: number): string {
  return Number.isInteger(seconds) ? `le=~"${seconds}([.]0)?"` : `le="${seconds}"`;
}
