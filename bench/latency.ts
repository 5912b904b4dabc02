/** How long something takes to arrive: many times, and the time that 95 of 100 keep. */

import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "../cli/traffic/run.ts";
import { type BenchContext, type BenchResult, loadText, resultOf } from "./context.ts";

/** A time in seconds that is not to be exceeded, and where it comes from. */
export interface LatencyMark {
  /** What it is: `1.2 × its bound`. */
  readonly name: string;
  /** What 95 of 100 times may take at most. */
  readonly seconds: number;
}

/**
 * The value that a share of the others does not exceed: the nearest one that was measured, none between two.
 *
 * @param share from 0 to 1
 * @throws Error where nothing was measured
 */
export function percentile(values: readonly number[], share: number): number {
  const value = quantile(values, share);
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

/** Prints the times and the marks, and gives the result; `more` may say that something else was missed. */
export function latencyResult(
  context: Pick<BenchContext, "write">,
  name: string,
  seconds: readonly number[],
  marks: readonly LatencyMark[],
  more: { readonly facts?: BenchResult["facts"]; readonly met?: boolean } = {},
): BenchResult {
  const [p50, p95] = [percentile(seconds, 0.5), percentile(seconds, 0.95)];
  const shown = (value: number): string => `${value.toFixed(2)} s`;
  context.write(
    `${name}: half within ${shown(p50)}, 95 of 100 within ${shown(p95)}, all within ${shown(Math.max(...seconds))} ` +
      `(${seconds.length} times, load ${loadText()})\n`,
  );
  for (const mark of marks) {
    context.write(`mark ${mark.name}, ${shown(mark.seconds)}: ${p95 <= mark.seconds ? "met" : "missed"}\n`);
  }
  const met = marks.every((mark) => p95 <= mark.seconds) && (more.met ?? true);
  const facts = {
    ...{ p50Seconds: p50, p95Seconds: p95, seconds, ...more.facts },
    ...Object.fromEntries(marks.map((mark) => [`mark: ${mark.name}`, mark.seconds])),
  };
  return resultOf({ name, facts, met });
}

/**
 * Asks until something is there, and gives what it is.
 *
 * @throws Error where it is not there after some seconds
 */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
  every = 50,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${what} is not there after ${seconds} s`);
    await pause(every);
  }
}
