/** What benchmarks are given, and what they give back. */

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import type { Reporter } from "../offline/report.ts";
import { formatTable, type Pair, type Summary, summarize } from "./pairs.ts";

/** What is measured with. */
export interface BenchContext {
  /** Path of the Pulumi CLI. */
  readonly cli: string;
  /** Environment of the CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** The repository's root, where the stack's program is. */
  readonly root: string;
  /** The stack. */
  readonly stack: string;
  /** Value of the label `vigie.stack` of all that the stack has. */
  readonly label: string;
  /** Directory of the stack's hot configuration. */
  readonly hotDirectory: string;
  /** Directory for Compose's files, secrets among them; made for its owner only, and removed at the end. */
  readonly privateDirectory: string;
  /** Directory where built programs are kept. */
  readonly cache: string;
  /** Number of pairs. */
  readonly pairs: number;
  /** Idle minutes before memory is read. */
  readonly minutes: number;
  /** Runs a command in silence. */
  readonly capture: (
    command: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** Where the lines go. */
  readonly write: (text: string) => void;
  /** Where the progress of builds goes. */
  readonly reporter: Reporter;
}

/** A subject beside one anchor. */
export interface Comparison extends Summary {
  /** What the subject stood beside. */
  readonly beside: string;
  /** The ratio that is not to be exceeded. */
  readonly mark: number;
  /** Whether it was not. */
  readonly met: boolean;
  /** Each pair, in seconds. */
  readonly runs: readonly Pair[];
}

/** What is kept of a run. */
export interface BenchResult {
  /** The name of the benchmark. */
  readonly name: string;
  /** Ratios. */
  readonly comparisons: readonly Comparison[];
  /** What else was counted or measured, with units in the names. */
  readonly facts: Readonly<Record<string, number | string | readonly number[]>>;
  /** Whether every mark was met. */
  readonly met: boolean;
  /** The machine and how busy it was at the end: load averages of 1, 5 and 15 minutes. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** When it ended, in ISO 8601. */
  readonly date: string;
}

/** Sums pairs up, prints their table and says whether the mark is met. */
export function compare(
  names: { readonly subject: string; readonly anchor: string },
  mark: number,
  runs: readonly Pair[],
  write: (text: string) => void,
): Comparison {
  const summary = summarize(runs);
  const met = summary.ratio <= mark;
  write(`\n${formatTable(names, runs)}mark ${mark.toFixed(2)}: ${met ? "met" : "missed"}\n`);
  return { beside: names.anchor, ...summary, mark, met, runs };
}

/** A result, with the machine and the date. */
export function resultOf(given: Pick<BenchResult, "name" | "facts" | "met"> & Partial<BenchResult>): BenchResult {
  return {
    comparisons: [],
    ...given,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      node: process.versions.node,
      load: loadText(),
    },
    date: new Date().toISOString(),
  };
}

/** The load averages of 1, 5 and 15 minutes, as `uptime` prints them. */
export function loadText(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(", ");
}

/** Says a pair when it is done, with the load of the last minute. */
export function sayPair(context: Pick<BenchContext, "pairs" | "write">): (pair: Pair, index: number) => void {
  return ({ subject, anchor }, index) =>
    context.write(
      `pair ${index + 1} of ${context.pairs}: ${subject.toFixed(2)} s beside ${anchor.toFixed(2)} s (load ${loadavg()[0]?.toFixed(1)})\n`,
    );
}

/** Seconds that some work takes. */
export async function secondsOf(work: () => PromiseLike<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/** Writes a result where results are kept; committing it is up to a person. */
export function writeResult(root: string, result: BenchResult): string {
  const file = join(root, "bench", "results", `${result.name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}
