/**
 * The step runner: each piece of work is done once, two at a time at most, and what is finished is never lost.
 *
 * A step builds in a directory of its own; when it ends well that directory is renamed to be its product, and a stamp
 * with the hash of its inputs is written last. So an interrupted run leaves finished steps and nothing half done.
 */

import { mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { takeLock } from "./lock.ts";
import { runAll } from "./schedule.ts";
import { buildingOf, type RunStepsOptions, type Step, StepsInterrupted } from "./step.ts";
import { isDone } from "./step-run.ts";

export {
  logOf,
  productOf,
  type RunStepsOptions,
  type Step,
  type StepContext,
  StepError,
  StepsInterrupted,
} from "./step.ts";

const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs the steps whose product is missing or out of date.
 *
 * @throws StepError for the steps that failed; what was in progress beside them has ended and is kept.
 * @throws StepsInterrupted when a signal stopped the run.
 */
export async function runSteps(steps: readonly Step[], options: RunStepsOptions): Promise<void> {
  const order = checkOrder(steps);
  const stop = new AbortController();
  const interrupt = (by: string) => stop.abort(new StepsInterrupted(by));
  const fromOutside = () => interrupt("the caller");
  for (const signal of endSignals) process.on(signal, interrupt);
  options.signal?.addEventListener("abort", fromOutside, { once: true });
  if (options.signal?.aborted) fromOutside();
  for (const part of ["parts", "logs", "building"]) mkdirSync(join(options.cache, part), { recursive: true });
  try {
    const release = await takeLock(join(options.cache, "lock"), {
      signal: stop.signal,
      onWait: (pid) => options.reporter.note(`Process ${pid} is preparing ${options.cache}; waiting for it.`),
    });
    try {
      await removeLeftovers(options.cache);
      await runAll(order, options, stop.signal);
    } finally {
      release();
    }
  } finally {
    for (const signal of endSignals) process.off(signal, interrupt);
    options.signal?.removeEventListener("abort", fromOutside);
  }
}

/** The steps whose product is missing or out of date. */
export async function unfinished(steps: readonly Step[], cache: string): Promise<Step[]> {
  const done = await Promise.all(steps.map((step) => isDone(step, cache)));
  return steps.filter((_, index) => !done[index]);
}

async function removeLeftovers(cache: string): Promise<void> {
  for (const left of await readdir(buildingOf(cache))) {
    await rm(join(buildingOf(cache), left), { recursive: true, force: true });
  }
}

function checkOrder(steps: readonly Step[]): readonly Step[] {
  const known = new Set<string>();
  for (const step of steps) {
    if (known.has(step.id)) throw new Error(`There are two steps "${step.id}".`);
    const missing = (step.needs ?? []).filter((need) => !known.has(need));
    if (missing.length > 0) {
      throw new Error(`Step "${step.id}" needs "${missing.join('", "')}", which must stand before it in the list.`);
    }
    known.add(step.id);
  }
  return steps;
}
