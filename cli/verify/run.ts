/** Runs the checks: all at once, each for as long as it may take. */

import { type Check, type Failure, type Finding, failed, settled } from "./check.ts";

/** What came of a check. */
export interface Result {
  /** What was looked at. */
  readonly check: Check;
  /** What was found last. */
  readonly finding: Finding;
  /** How long it took. */
  readonly seconds: number;
  /** Last lines of the program concerned, where it failed. */
  readonly lastLines: readonly string[];
}

/** What is told of a run while it goes on. */
export interface Progress {
  /** A check has ended; the others are still looking. */
  done(result: Result, left: readonly string[]): void;
}

/** Gives the last lines that a program wrote; `[]` where none are to be had. */
export type LastLines = (program: string) => Promise<readonly string[]>;

/**
 * Runs the checks and returns what came of them, in their order.
 *
 * It ends: a check that goes beyond its time is a failure.
 */
export async function runChecks(
  checks: readonly Check[],
  lastLines: LastLines,
  progress: Progress = { done: () => undefined },
): Promise<readonly Result[]> {
  const left = new Set(checks.map(({ name }) => name));
  return await Promise.all(
    checks.map(async (check) => {
      const began = performance.now();
      const finding = await bounded(check);
      const seconds = (performance.now() - began) / 1000;
      const program = finding.status === "failed" ? (finding.program ?? check.program) : undefined;
      const result = { check, finding, seconds, lastLines: program === undefined ? [] : await lastLines(program) };
      left.delete(check.name);
      progress.done(result, [...left]);
      return result;
    }),
  );
}

/** Seconds that a check may go beyond its time before it is given up: to notice that it is over. */
const GRACE = 2;

function bounded(check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Failure>((resolve) => {
    const limit = check.seconds + GRACE;
    timer = setTimeout(() => resolve(failed("an end of this check", `none within ${limit} s`)), limit * 1000);
  });
  return Promise.race([settled(check), late]).finally(() => clearTimeout(timer));
}
