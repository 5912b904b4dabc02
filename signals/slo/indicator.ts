import { type Duration, toSeconds } from "../../services/units.ts";
import type { Objective } from "./objective.ts";
import { REQUEST_HISTOGRAMS } from "./request-histograms.ts";

/** One number that says how well a service does what it owes. */
export interface Indicator {
  /** The label `slo` of its series. */
  readonly slo: "availability" | "latency";
  /** Share of the requests that may be errors. */
  readonly budget: number;
  /** What the requests do that are errors: `fail`. */
  readonly error: string;
  /** The requests a second over a window, in PromQL: one series. */
  readonly requests: (window: Duration) => string;
  /** The errors a second over a window, in PromQL: one series. */
  readonly errors: (window: Duration) => string;
  /** The series without which nothing is measured, as a selector. */
  readonly needs: string;
  /** The label `job` of these series: the service's own, or that of the edge. */
  readonly from: string;
  /** What is there while nobody has asked for the service yet, in PromQL, with `from` as `job`. @default - nothing tells */
  readonly unasked?: string;
}

/**
 * The indicators of a job's objective, which is checked already.
 *
 * @param edge the label `job` of the edge that counts the requests. @default - the service does
 * @param edgeService what that edge calls the job
 * @param edgeSplits whether that edge may divide the job's requests between two versions
 */
export function indicatorsOf(
  job: string,
  { availability, latency }: Objective,
  edge?: string,
  edgeService = `${job}@file`,
  edgeSplits = false,
): readonly Indicator[] {
  const { name, status } = REQUEST_HISTOGRAMS[edge === undefined ? "service" : "edge"];
  const from = edge ?? job;
  const at = `job="${from}"`;
  // Whatever HTTP or HTTPS it came by: the edge has a router for each, and one service.
  const asked = edge === undefined ? at : `${at},service="${edgeService}"`;
  const rate = (metric: string, more: string, window: Duration): string =>
    `sum by (job) (rate(${name}_${metric}{${asked}${more}}[${window}]))`;
  const servers = edgeSplits ? `${at},service=~"${versionsOf(edgeService)}"` : asked;
  const common = edge === undefined ? { from } : { from, unasked: unaskedAt(servers) };
  const indicators: Indicator[] = [];
  if (availability !== undefined) {
    const requests = (window: Duration): string => rate("count", "", window);
    indicators.push({
      slo: "availability",
      budget: budgetOf(availability / 100),
      error: "fail",
      requests,
      // A service that never failed has no series of a failure, and 0 is not nothing.
      errors: (window) => `(${rate("count", `,${status}=~"5.."`, window)} or 0 * ${requests(window)})`,
      needs: `${name}_count{${asked}}`,
      ...common,
    });
  }
  if (latency !== undefined) {
    // Who leaves unanswered (499) after the bound has waited longer than that. Without them, nobody would hear of a service
    // that hangs: each visitor goes before there is an error.
    const answered = `,${status}!~"5.."`;
    const bound = bucket(toSeconds(latency.under) ?? 0);
    const requests = (window: Duration): string => rate("count", answered, window);
    indicators.push({
      slo: "latency",
      budget: budgetOf(latency.quantile),
      error: `take longer than ${latency.under}`,
      requests,
      errors: (window) => `(${requests(window)} - ${rate("bucket", `${answered},${bound}`, window)})`,
      needs: `${name}_bucket{${asked},${bound}}`,
      ...common,
    });
  }
  return indicators;
}

/** What an objective, from 0 to 1, leaves for errors, without the noise of binary fractions. */
export function budgetOf(objective: number): number {
  return Number((1 - objective).toPrecision(9));
}

// The edge has a route to the service, and has passed nothing on.
function unaskedAt(asked: string): string {
  return `(max by (job) (traefik_service_server_up{${asked}}) unless max by (job) (traefik_service_requests_total{${asked}}))`;
}

// The requests are the routers', who call a service by its own name; its servers are those of its versions.
function versionsOf(edgeService: string): string {
  return edgeService.replace("@", "([.](stable|candidate))?@");
}

// Prometheus 3 writes whole bounds as 1.0, and 2 as the service does.
/** The label of the histogram's bucket with this upper bound, in a selector. */
export function bucket(seconds: number): string {
  return Number.isInteger(seconds) ? `le=~"${seconds}([.]0)?"` : `le="${seconds}"`;
}
