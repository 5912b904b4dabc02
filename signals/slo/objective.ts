import type { Duration, Rate } from "../../services/units.ts";

/** How fast requests must be answered. */
export interface LatencyObjective {
  /** Share of the requests that must be, from 0 to 1: 0.95. */
  readonly quantile: number;
  /** Time that they may take: an upper bound of `http_request_duration_seconds`, such as `"300ms"`. */
  readonly under: Duration;
}

/**
 * What a service owes its users over thirty days: the rest is its error budget.
 *
 * @example
 * ```ts
 * const objective: Objective = { availability: 99.9, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "5/s" };
 * ```
 */
export interface Objective {
  /** Percent of the requests that must not be answered with a 5xx status: 99.9. @default - it owes none */
  readonly availability?: number;
  /** How fast the others must be answered: a failed one counts against `availability` only. @default - it owes none */
  readonly latency?: LatencyObjective;
  /** Requests that each service gets on an ordinary day: what so few cannot measure is refused. */
  readonly expectedRate: Rate;
}
