import type { Duration } from "../../services/units.ts";

/** A pace at which an error budget must not be burnt. */
export interface BurnRate {
  /** How many times faster than the budget lasts. */
  readonly factor: number;
  /** Time over which that is enough to act on. */
  readonly long: Duration;
  /** Time over which it must still go on: the alert ends so soon after the errors. */
  readonly short: Duration;
  /** `critical` pages somebody, `warning` is a ticket. */
  readonly severity: "critical" | "warning";
}

/** How far back objectives look. */
export interface SloWindows {
  /** What alerts; the first that holds gives an alert its number. */
  readonly burnRates: readonly BurnRate[];
  /** Time that the error budget is for. */
  readonly period: Duration;
  /** Time between two evaluations: long windows cost more than they change. @default - that of Prometheus */
  readonly interval?: Duration;
}

/** The four pairs of the SRE workbook, for a budget of thirty days. */
export const STEADY_WINDOWS = {
  burnRates: [
    { factor: 14.4, long: "1h", short: "5m", severity: "critical" },
    { factor: 6, long: "6h", short: "30m", severity: "critical" },
    { factor: 3, long: "1d", short: "2h", severity: "warning" },
    { factor: 1, long: "3d", short: "6h", severity: "warning" },
  ],
  period: "30d",
  interval: "30s",
} as const satisfies SloWindows;

/** The same factors over minutes, so that a developer and the tests see them: they say nothing about thirty days. */
export const FAST_WINDOWS = {
  burnRates: [
    { factor: 14.4, long: "1m", short: "30s", severity: "critical" },
    { factor: 6, long: "2m", short: "30s", severity: "critical" },
    { factor: 3, long: "5m", short: "1m", severity: "warning" },
    { factor: 1, long: "10m", short: "1m", severity: "warning" },
  ],
  period: "1h",
} as const satisfies SloWindows;

/** Those of the fast pace, and no oftener: rules that look back for minutes cost too much once a second. */
export const INSTANT_WINDOWS = { ...FAST_WINDOWS, interval: "5s" } as const satisfies SloWindows;
