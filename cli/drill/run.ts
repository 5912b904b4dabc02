/** Runs exercises: several at once where they don't disturb each other. */

import { type Exercise, startable } from "./claims.ts";
import { runExercise } from "./exercise.ts";
import { repairOf } from "./faults/index.ts";
import type { Journal } from "./journal.ts";
import type { Outcome } from "./outcome.ts";
import type { Around } from "./steps.ts";
import type { Tools } from "./tools.ts";

/** How many faults at once: each is a few processes on a machine that runs the whole stack. */
export const MOST = 6;

/** Runs all of them and returns what came of each alert, in their order. */
export async function runExercises(exercises: readonly Exercise[], around: Around): Promise<readonly Outcome[]> {
  const outcomes = new Map<Exercise, readonly Outcome[]>();
  let waiting = [...exercises];
  const running = new Map<Exercise, Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const begun = around.signal.aborted ? [] : startable(waiting, [...running.keys()], MOST);
    waiting = around.signal.aborted ? [] : waiting.filter((exercise) => !begun.includes(exercise));
    for (const exercise of begun) {
      const run = runExercise(exercise, around).then((found) => {
        outcomes.set(exercise, found);
        running.delete(exercise);
      });
      running.set(exercise, run);
    }
    if (running.size > 0) await Promise.race(running.values());
  }
  return exercises.flatMap(
    (exercise) =>
      outcomes.get(exercise) ??
      exercise.alerts.map((plan): Outcome => ({ plan, status: "cut off", seconds: {}, muted: [] })),
  );
}

/**
 * Puts back what an earlier run has left.
 *
 * @returns what can't be put back, in words
 */
export async function repairLeft(
  journal: Journal,
  tools: Tools,
  say: (words: string) => void,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { id, kind, back, since } of journal.left) {
    try {
      await repairOf(kind, back, tools);
      journal.remove(id);
      say(`put back what a drill left at ${since}: ${kind}`);
    } catch (error) {
      problems.push(`${kind} of ${since}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}
