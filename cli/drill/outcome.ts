import type { Bounds, PlannedAlert } from "../../signals/drill-plan.ts";

/** What came of the drill of one alert. */
export interface Outcome {
  readonly plan: PlannedAlert;
  /**
   * `ok`: it came, was told and ended. `late`: it did, beyond a bound. `failed`: it did not. `absent`: the stack has
   * nothing that it could be tried on. `undrillable`: the alert itself says that it can't be. `cut off`: by Ctrl-C.
   */
  readonly status: "ok" | "late" | "failed" | "absent" | "undrillable" | "cut off";
  /** Seconds that it took, as far as it came. */
  readonly seconds: Partial<Bounds>;
  /** Symptoms that were kept back meanwhile. */
  readonly muted: readonly string[];
  /** What was expected and what came instead. */
  readonly problem?: Problem;
  /** Why there was nothing to try. */
  readonly why?: string;
}

/** Why a drill failed. */
export interface Problem {
  readonly expected: string;
  readonly came: string;
  readonly look: readonly string[];
}

/** Whether what was measured is within its bounds. */
export function statusOf(seconds: Partial<Bounds>, bounds: Bounds): "ok" | "late" {
  const steps = ["detect", "notify", "resolve"] as const;
  return steps.every((step) => (seconds[step] ?? 0) <= bounds[step]) ? "ok" : "late";
}

/** Name of an alert as people say it: `TargetDown of orders`. */
export function nameOf({ alert, labels: { service, slo }, severity }: PlannedAlert): string {
  const of = service === undefined ? "" : ` of ${service}`;
  return `${alert}${of}${slo === undefined ? "" : ` (${slo})`}${severity === "critical" ? "" : ` [${severity}]`}`;
}
