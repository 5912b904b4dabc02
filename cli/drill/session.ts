/** A run of drills on a deployment: from what an earlier one has left to the exit code. */

import type { DrillPlan, PlannedAlert } from "../../signals/drill-plan.ts";
import { exercisesOf } from "./claims.ts";
import type { Journal } from "./journal.ts";
import { exitCodeOf, type Outcome } from "./outcome.ts";
import { failureOf, jsonOf, summaryOf, tableOf } from "./report.ts";
import { repairLeft, runExercises } from "./run.ts";
import type { Tools } from "./tools.ts";
import { beginWatch } from "./watch.ts";

/** The signals of this process, as far as drills listen. */
export type Signals = Pick<NodeJS.EventEmitter, "on" | "off">;

/** Signals that end a drill before its time. */
export const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a run is done with. */
export interface Surroundings {
  /** What faults are made with, and whom it asks. */
  readonly tools: Tools;
  /** What is to be put back. */
  readonly journal: Journal;
  /** Who tells of Ctrl-C and SIGTERM: `process`. */
  readonly signals: Signals;
  /** Is told of each step, in a line. */
  readonly say: (words: string) => void;
  /** Prints what came of it. */
  readonly print: (text: string) => void;
  /** Whether that is one document for a program. @default false */
  readonly json?: boolean;
  /** Whether it only puts back what an earlier run has left. @default false */
  readonly repairOnly?: boolean;
}

/**
 * Drills alerts, after it has put back what an earlier run left. A signal ends it: nothing more is done then, and what was
 * done is put back first.
 *
 * @param users who feels it when a component is away
 * @returns the exit code
 * @throws Error when what an earlier run left can't be put back
 */
export async function runDrill(
  alerts: readonly PlannedAlert[],
  users: DrillPlan["users"],
  around: Surroundings,
): Promise<number> {
  const { signals, say } = around;
  const abort = new AbortController();
  const stop = () => {
    if (!abort.signal.aborted) say("Cut off: what was done is put back.");
    abort.abort();
  };
  for (const signal of ENDING) signals.on(signal, stop);
  try {
    const stuck = await repairLeft(around.journal, around.tools, say);
    if (stuck.length > 0) throw new Error(`an earlier drill can't be put back: ${stuck.join("; ")}`);
    return around.repairOnly === true ? 0 : await drillAll(alerts, users, around, abort.signal);
  } finally {
    for (const signal of ENDING) signals.off(signal, stop);
  }
}

async function drillAll(
  alerts: readonly PlannedAlert[],
  users: DrillPlan["users"],
  { tools, journal, say, print, json = false }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const { proof, ask } = tools;
  const began = Date.now();
  const seconds = () => (Date.now() - began) / 1000;
  const watch = await beginWatch(proof, ask);
  try {
    const exercises = exercisesOf(
      alerts.filter(({ fault }) => fault !== undefined),
      users,
      proof.routes.map(({ service }) => service),
    );
    const tried = await runExercises(exercises, {
      tools,
      watch,
      journal,
      signal,
      say: ({ id }, words) => say(`${String(Math.round(seconds())).padStart(4)} s  ${id.padStart(2)}  ${words}`),
    });
    const byPlan = new Map(tried.map((outcome) => [outcome.plan, outcome]));
    const outcomes = alerts.map(
      (plan): Outcome => byPlan.get(plan) ?? { plan, status: "undrillable", seconds: {}, muted: [] },
    );
    print(
      json
        ? jsonOf(proof.stack, outcomes, seconds())
        : `\n${tableOf(outcomes)}${outcomes.map(failureOf).join("")}\n${summaryOf(proof.stack, outcomes, seconds())}`,
    );
    return exitCodeOf(outcomes, signal.aborted);
  } finally {
    watch.end();
  }
}
