import type { Duration } from "../../services/units.ts";

/**
 * Names of the series that {@link sloRules} records. Each has the labels `job` and `slo`, which is `availability` or
 * `latency`. An error is what the objective does not want: a failed request, or a slow one.
 */
export const SLO_SERIES = {
  /** Requests a second over a window. */
  requests: (window: Duration): string => `job_slo:requests:rate${window}`,
  /** Errors a second over a window. */
  errors: (window: Duration): string => `job_slo:errors:rate${window}`,
  /** Share of the requests that are errors over a window; absent without requests. */
  ratio: (window: Duration): string => `job_slo:errors:ratio${window}`,
  /** Share of the requests that are errors over the period, or as long as samples are kept. */
  periodRatio: "job_slo:errors:ratio_period",
  /** Share of the requests that must be no errors. */
  objective: "job_slo:objective:ratio",
  /** Share of the requests that may be errors. */
  budget: "job_slo:error_budget:ratio",
  /** What is left of the budget of the period: 1 is all of it, below 0 the objective is missed. */
  remaining: "job_slo:error_budget_remaining:ratio",
} as const;
