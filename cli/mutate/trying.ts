/** Tries one mutant: the tests that say most in least time run first, and each file of tests runs once as things are. */

import type { Covering } from "./covering.ts";
import { type Mutant, mutated } from "./operators.ts";
import type { Result } from "./report.ts";
import type { Sandbox } from "./sandbox.ts";

/** Seconds that the tests of one mutant may take at least, and those of no mutant at most. */
const LEAST_SECONDS = 60;
const MOST_SECONDS = 1800;

/** A file of tests that takes longer is not among those that run first. */
const QUICK_SECONDS = 3;

/** Files of tests that pass as things are, and the seconds that each takes. */
export type Green = (tests: readonly string[], box: Sandbox) => Promise<ReadonlyMap<string, number>>;

/** Asks each file once, whatever list it is on: those that fail as things are would kill every mutant. */
export function greenTests(say: (words: string) => unknown): Green {
  // Undefined: it fails as things are.
  const known = new Map<string, number | undefined>();
  const look = async (tests: readonly string[], box: Sandbox): Promise<void> => {
    const began = Date.now();
    const { how, seconds } = await box.run(tests, MOST_SECONDS);
    if (how === "passed") {
      const each = (Date.now() - began) / 1000 / tests.length;
      for (const test of tests) known.set(test, seconds.get(test) ?? each);
      return;
    }
    for (const test of tests) {
      if (tests.length > 1) {
        await look([test], box);
        continue;
      }
      known.set(test, undefined);
      say(`${test} fails as things are, and is left out`);
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return async (tests, box) => {
    // One after the other: what two mutants wait for is asked once.
    const turn = last.then(async () => {
      const unknown = tests.filter((test) => !known.has(test));
      if (unknown.length > 0) await look(unknown, box);
    });
    last = turn.catch(() => undefined);
    await turn;
    return new Map(
      tests.flatMap((test) => [known.get(test)].flatMap((took) => (took === undefined ? [] : [[test, took]]))),
    );
  };
}

/**
 * What comes of a mutant. Quick tests run before slow ones, and of both those that are near before all others.
 *
 * @param text the source as it is; it is there again afterwards
 */
export async function tryMutant(
  mutant: Mutant,
  text: string,
  box: Sandbox,
  { near, far }: Covering,
  green: Green,
): Promise<Result["status"]> {
  if (near.length === 0) return "untested";
  try {
    box.write(mutant.file, text);
    const seconds = await green([...near, ...far], box);
    box.write(mutant.file, mutated(text, mutant));
    for (const tests of byCost([near, far], seconds)) {
      const patience = LEAST_SECONDS + 4 * tests.reduce((sum, test) => sum + (seconds.get(test) ?? 0), 0);
      const { how } = await box.run(tests, patience);
      if (how !== "passed") return how === "failed" ? "killed" : "timeout";
    }
    return "survived";
  } finally {
    box.write(mutant.file, text);
  }
}

/** The quick ones of each list, then the slow ones; without those that have no time, for they fail as things are. */
export function byCost(
  lists: readonly (readonly string[])[],
  seconds: ReadonlyMap<string, number>,
): readonly (readonly string[])[] {
  const taking = (wanted: (took: number) => boolean) =>
    lists.map((list) => list.filter((test) => wanted(seconds.get(test) ?? Number.NaN)));
  return [...taking((took) => took <= QUICK_SECONDS), ...taking((took) => took > QUICK_SECONDS)].filter(
    (tests) => tests.length > 0,
  );
}
