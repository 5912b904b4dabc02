/**
 * Sums what the test runners wrote into a directory: vitest's JSON (`*.json`), pytest's JUnit XML (`*.xml`), exit codes
 * of steps that are one test each (`*.exit`), and exit codes of the runners (`*.code`).
 */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Failure, junitFailures, type VitestReport, vitestFailures } from "./failures.ts";
import { root } from "./places.ts";
import { slowestIn } from "./slowest.ts";

/** How many tests of a suite passed, and how many did not. */
export interface Counts {
  /** Tests that ran and passed. */
  readonly passed: number;
  /** Tests that failed, were skipped or could not be loaded: what did not run proves nothing. */
  readonly failed: number;
}

/** Counts of vitest's JSON report; a file that could not be loaded counts as one failed test. */
export function countVitest(text: string): Counts {
  const report = JSON.parse(text) as VitestReport;
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numTotalTests - report.numPassedTests + broken.length,
  };
}

/** Counts of a JUnit XML report, as pytest writes it. */
export function countJunit(text: string): Counts {
  let passed = 0;
  let failed = 0;
  for (const [, attributes = ""] of text.matchAll(/<testsuite\s([^>]*)>/g)) {
    const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
    const bad = number("failures") + number("errors") + number("skipped");
    failed += bad;
    passed += number("tests") - bad;
  }
  return { passed, failed };
}

/** Counts of a step that is one test: its exit code. */
export function countExit(text: string): Counts {
  return text.trim() === "0" ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const counters: Readonly<Record<string, (text: string) => Counts>> = {
  ".json": countVitest,
  ".xml": countJunit,
  ".exit": countExit,
};

/** Counts of every report in a directory by its file name; a suite without a single test has failed. */
export function countResults(directory: string): Map<string, Counts> {
  const results = new Map<string, Counts>();
  const files = readdirSync(directory).sort();
  for (const file of files) {
    const counter = counters[extname(file)];
    if (counter === undefined) continue;
    results.set(file, countOrFail(counter, readFileSync(join(directory, file), "utf8")));
  }
  if ([...results.values()].every(({ failed }) => failed === 0)) {
    // A runner can fail although each of its tests passed, for example on an error after the last one.
    for (const file of files.filter((name) => extname(name) === ".code")) {
      const counts = countExit(readFileSync(join(directory, file), "utf8"));
      if (counts.failed > 0) results.set(file, counts);
    }
  }
  return results;
}

function countOrFail(counter: (text: string) => Counts, text: string): Counts {
  try {
    const counts = counter(text);
    return counts.passed + counts.failed === 0 ? { passed: 0, failed: 1 } : counts;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const failureReaders: Readonly<Record<string, (text: string) => Failure[]>> = {
  ".json": vitestFailures,
  ".xml": junitFailures,
};

/**
 * What failed in every report of a directory. What counts as failed and names no test is told by its file: a step that
 * ended badly, and a report that is empty or can't be read, because what writes it ended before.
 */
export function failuresIn(directory: string): Failure[] {
  return [...countResults(directory)].flatMap(([file, { failed }]) => {
    if (failed === 0) return [];
    const named = failuresOf(file, readFileSync(join(directory, file), "utf8"));
    return named.length > 0 ? named : [{ test: file, message: UNNAMED[extname(file)] ?? NO_REPORT }];
  });
}

const NO_REPORT = "no test in it: what writes this report ended before, and its last lines say why";
const UNNAMED: Readonly<Record<string, string>> = {
  ".exit": "ended badly: its last lines say why",
  ".code": "each test passed, and what ran them ended badly: its last lines say why",
};

function failuresOf(file: string, text: string): readonly Failure[] {
  try {
    return failureReaders[extname(file)]?.(text) ?? [];
  } catch {
    return [];
  }
}

/** Most failures that are shown. */
const SHOWN = 20;

/** Most slow tests that are shown. */
const SLOWEST = 20;

/**
 * Prints one line a suite, the slowest tests, then what failed and why, and, last, the sum.
 *
 * @throws Error when no directory is given.
 */
export async function results(args: readonly string[]): Promise<number> {
  const [directory] = args;
  if (directory === undefined) throw new Error("Give the directory of the reports.");
  let passed = 0;
  let failed = 0;
  for (const [name, counts] of countResults(directory)) {
    process.stdout.write(`${name.padEnd(24)} ${counts.passed} passed, ${counts.failed} failed\n`);
    passed += counts.passed;
    failed += counts.failed;
  }
  process.stdout.write("\nThe slowest tests:\n");
  for (const { test, seconds } of slowestIn(directory, SLOWEST, root)) {
    process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${test}\n`);
  }
  const failures = failuresIn(directory);
  for (const { test, message } of failures.slice(0, SHOWN)) {
    process.stdout.write(`\nFAILED ${test}\n${message.replace(/^/gm, "  ")}\n`);
  }
  if (failures.length > SHOWN) process.stdout.write(`\n… and ${failures.length - SHOWN} more\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
