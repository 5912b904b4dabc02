/** Which tests took longest: a gate with a limit of time is kept by looking at these. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A test, and how long it took. */
export interface TimedTest {
  /** Its file and its name. */
  readonly test: string;
  /** Seconds. */
  readonly seconds: number;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly duration?: number | null }[];
  }[];
}

/**
 * The slowest tests of vitest's reports in a directory, the slowest first. What comes before a file's first test, as a
 * deployment, is in no test's time.
 *
 * @param count how many
 * @param root the directory that names of files are cut off at
 */
export function slowestIn(directory: string, count: number, root: string): readonly TimedTest[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => timesIn(readFileSync(join(directory, file), "utf8"), root))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, count);
}

/** A report that can't be read has no times; it counts as failed elsewhere. */
function timesIn(text: string, root: string): readonly TimedTest[] {
  try {
    return (JSON.parse(text) as Report).testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({
        test: `${name.replace(`${root}/`, "")}: ${fullName}`,
        seconds: (duration ?? 0) / 1000,
      })),
    );
  } catch {
    return [];
  }
}
