import type { Bounds, PlannedAlert } from "../../signals/drill-plan.ts";

/** What came of the drill of one alert. */
export interface Outcome {
  /** The alert, and how it was to be drilled. */
  readonly plan: PlannedAlert;
  /**
   * `ok`: it came, was told and ended. `late`: it did, beyond a bound. `failed`: it did not. `absent`: the stack has
   * nothing that it could be tried on. `undrillable`: the alert itself says that it can't be. `cut off`: by Ctrl-C.
   * All is well where each is `ok` or `undrillable`.
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
  /** What was to come. */
  readonly expected: string;
  /** What came instead, or that nothing did. */
  readonly came: string;
  /** Where to look: commands, addresses, pages of docs. */
  readonly look: readonly string[];
}

/** The steps of a drill, in their order. */
export const STEPS = ["detect", "notify", "resolve"] as const satisfies readonly (keyof Bounds)[];

/** Whether what was measured is within its bounds. What was not measured did not happen, whoever says so. */
export function statusOf(seconds: Partial<Bounds>, bounds: Bounds): Pick<Outcome, "status" | "problem"> {
  const lacking = STEPS.filter((step) => seconds[step] === undefined);
  if (lacking.length > 0) {
    const problem = {
      expected: `seconds of ${STEPS.join(", ")}`,
      came: `none of ${lacking.join(", ")}`,
      look: ["docs/drill.md"],
    };
    return { status: "failed", problem };
  }
  return { status: slowSteps(seconds, bounds).length === 0 ? "ok" : "late" };
}

/** The steps that took longer than they may. */
export function slowSteps(seconds: Partial<Bounds>, bounds: Bounds): readonly (keyof Bounds)[] {
  return STEPS.filter((step) => (seconds[step] ?? 0) > bounds[step]);
}

/** Exit codes of a drill, by what is worst in it; an interruption is worst of all. */
export const EXIT_CODES = { failed: 1, absent: 3, late: 4, interrupted: 130 } as const;

/**
 * The exit code of a run: 0 only where every alert that can be drilled came, was told and ended in time.
 *
 * @param interrupted whether it was ended before its time
 */
export function exitCodeOf(outcomes: readonly Pick<Outcome, "status">[], interrupted: boolean): number {
  const has = (wanted: Outcome["status"]) => outcomes.some(({ status }) => status === wanted);
  if (interrupted || has("cut off")) return EXIT_CODES.interrupted;
  const worst = (["failed", "absent", "late"] as const).find(has);
  return worst === undefined ? 0 : EXIT_CODES[worst];
}

/** Name of an alert as people say it: `TargetDown of orders`. */
export function nameOf({ alert, labels: { service, slo }, severity }: PlannedAlert): string {
  const of = service === undefined ? "" : ` of ${service}`;
  return `${alert}${of}${slo === undefined ? "" : ` (${slo})`}${severity === "critical" ? "" : ` [${severity}]`}`;
}
