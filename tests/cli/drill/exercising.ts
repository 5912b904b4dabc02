/** Drills of a stack that behaves as a test says, in a time that passes at once; and what is left of them. */

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { exercisesOf } from "../../../cli/drill/claims.ts";
import { runExercise } from "../../../cli/drill/exercise.ts";
import { type Journal, openJournal } from "../../../cli/drill/journal.ts";
import type { Outcome } from "../../../cli/drill/outcome.ts";
import { beginWatch } from "../../../cli/drill/watch.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import { planned, stop } from "./plans.ts";
import { passed } from "./virtual-time.ts";
import type { Behaviour, World } from "./world.ts";

export const BOTH: readonly string[] = ["inbox-mail", "inbox-notices"];

export const labelsOf = (alertname: string, service: string, more: Readonly<Record<string, string>> = {}) => ({
  alertname,
  service,
  severity: "critical",
  ...more,
});

/** The alert that is drilled where a test says nothing else. */
export const plan: PlannedAlert = planned("RedisDown", {
  fault: stop("redis"),
  labels: { service: "redis" },
  receivers: BOTH,
});

/** It comes, is told and ends as it should. */
export const well: Behaviour = {
  labels: labelsOf("RedisDown", "redis"),
  fires: 12,
  told: { mails: 1, notices: 1 },
};

/** What is known of the test that runs. */
export interface Exercising {
  /** What is to be put back. */
  readonly journal: Journal;
  /** What was said, line by line. */
  readonly said: readonly string[];
  /** What comes of the drill of alerts that tell of one fault. */
  judged(world: World, plans?: readonly PlannedAlert[], abort?: AbortController): Promise<readonly Outcome[]>;
  /** What comes of the drill of {@link plan}, changed. */
  one(world: World, more?: Partial<PlannedAlert>): Promise<Outcome>;
  /** Nothing of the drill is left. */
  expectPutBack(world: World): void;
}

/** A time and a journal of its own for each test of a file, which mocks `node:timers/promises` by `virtual-time.ts`. */
export function exercising(): Exercising {
  let directory: string;
  let journal: Journal;
  let said: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    directory = mkdtempSync(path.join(os.tmpdir(), "vigie-exercise-"));
    journal = openJournal(path.join(directory, "drill.json"));
    said = [];
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true });
  });
  const judged: Exercising["judged"] = async (world, plans = [plan], abort = new AbortController()) => {
    const [exercise] = exercisesOf(plans, {});
    if (exercise === undefined) throw new Error("no exercise");
    const run = async (): Promise<readonly Outcome[]> => {
      const watch = await beginWatch(world.tools.proof, world.tools.ask);
      const say = (_: unknown, words: string) => said.push(words);
      const outcomes = await runExercise(exercise, { tools: world.tools, watch, journal, signal: abort.signal, say });
      watch.end();
      return outcomes;
    };
    return await passed(run());
  };
  return {
    get journal() {
      return journal;
    },
    get said() {
      return said;
    },
    judged,
    async one(world, more = {}) {
      const [outcome] = await judged(world, [{ ...plan, ...more }]);
      if (outcome === undefined) throw new Error("no outcome");
      return outcome;
    },
    expectPutBack(world) {
      expect([...world.stopped]).toEqual([]);
      expect(journal.holds("1")).toBe(false);
    },
  };
}
