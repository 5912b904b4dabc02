import type { Duration, Rate } from "../../services/units.ts";

/** How fast requests must be answered. */
export interface LatencyObjective {
  /** Share of the requests that must be, from 0 to 1: 0.95. */
  readonly quantile: number;
  /**
   * Time that they may take: an upper bound of the histogram that measures it, such as `"1s"`. Those of
   * `http_request_duration_seconds`, and of the edge's own durations, are others: who gives none of them is told the next.
   */
  readonly under: Duration;
}

/**
 * Who counts the requests of a service: itself, or the edge, for code that is not ours and for what never arrives.
 */
export type MeasuredAt = "service" | "edge";

/** Each of them. */
export const MEASURED_AT: readonly MeasuredAt[] = ["service", "edge"];

/**
 * What a service owes its users over thirty days: the rest is its error budget.
 *
 * @example
 * ```ts
 * const objective: Objective = { availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "5/s" };
 * ```
 * @example What visitors get, also where the service itself is away
 * ```ts
 * const objective: Objective = { availability: 99.9, measuredAt: "edge", expectedRate: "5/s" };
 * ```
 */
export interface Objective {
  /** Percent of the requests that must not be answered with a 5xx status: 99.9. @default - it owes none */
  readonly availability?: number;
  /** How fast the others must be answered: a failed one counts against `availability` only. @default - it owes none */
  readonly latency?: LatencyObjective;
  /** Requests that each service gets on an ordinary day: what so few cannot measure is refused. */
  readonly expectedRate: Rate;
  /** Who counts them. @default - the service where it does, else the edge that has a route to it */
  readonly measuredAt?: MeasuredAt;
}
