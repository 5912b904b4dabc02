/** What watching costs: the memory of the observability containers when nobody uses the stack. */

import { setTimeout as pause } from "node:timers/promises";
import { observabilityContainers } from "../cli/compose/resources.ts";
import { type BenchContext, type BenchResult, loadText, resultOf } from "./context.ts";
import { median } from "./pairs.ts";
import { runOrThrow, stackResources } from "./stack.ts";

/** The memory that they must not exceed together, in GiB. */
export const MEMORY_MARK = 1.2;

const SAMPLES = 3;

/**
 * Waits, reads `docker stats` three times, prints a table and gives the result. `docker stats` counts what the kernel
 * holds for a container without the cache of files that it can give back at once.
 *
 * @throws Error when a container of them does not run.
 */
export async function benchMemory(context: BenchContext): Promise<BenchResult> {
  const names = observabilityContainers(await stackResources(context));
  context.write(`waiting for ${context.minutes} idle minutes\n`);
  await pause(context.minutes * 60_000);
  const samples: Readonly<Record<string, number>>[] = [];
  for (let index = 0; index < SAMPLES; index++) {
    const command = ["docker", "stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}", ...names];
    samples.push(parseStats(await runOrThrow(context, command, context.root)));
  }
  const each = names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))] as const);
  const total = each.reduce((sum, [, bytes]) => sum + bytes, 0) / 2 ** 30;
  if (Number.isNaN(total)) throw new Error(`not all of these containers run: ${names.join(", ")}`);
  const width = Math.max(...names.map((name) => name.length));
  for (const [name, bytes] of [...each].sort(([, a], [, b]) => b - a)) {
    context.write(`${name.padEnd(width)}  ${(bytes / 2 ** 20).toFixed(0).padStart(5)} MiB\n`);
  }
  const met = total <= MEMORY_MARK;
  context.write(`${"together".padEnd(width)}  ${(total * 1024).toFixed(0).padStart(5)} MiB, by docker stats\n`);
  context.write(`mark ${MEMORY_MARK} GiB: ${met ? "met" : "missed"} (load ${loadText()})\n`);
  const facts = { gibibytes: total, containers: names.length, idleMinutes: context.minutes, source: "docker stats" };
  return resultOf({ name: "memory", facts, met });
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/**
 * Bytes by container, of lines such as `name<tab>12.5MiB / 256MiB`.
 *
 * @throws Error when a line is none of those.
 */
export function parseStats(text: string): Readonly<Record<string, number>> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, number, unit] = /^(\S+)\t([\d.]+)([KMG]?i?B) \/ /.exec(line) ?? [];
      const factor = UNITS[unit ?? ""];
      if (name === undefined || factor === undefined) throw new Error(`docker stats printed "${line}"`);
      return [name, Number(number) * factor];
    }),
  );
}
