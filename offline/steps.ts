/**
 * The step runner: each piece of work is done once, two at a time at most, and what is finished is never lost.
 *
 * A step builds in a directory of its own; when it ends well that directory is renamed to be its product, and a stamp
 * with the hash of its inputs is written last. So an interrupted run leaves finished steps and nothing half done.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, type CommandOptions, type RunningCommand, runCommand, startCommand } from "./command.ts";
import { type FreeBytes, formatBytes, freeBytesAt, isDiskFull, missingRoom, type Room } from "./disk.ts";
import { takeLock } from "./lock.ts";
import type { Reporter } from "./report.ts";

/** What a step gets to work with. */
export interface StepContext {
  /** An empty directory to build in; it becomes the step's product. */
  readonly directory: string;
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  /** The product directory of a step that is done. */
  product(id: string): string;
  /** Adds to the step's log. */
  log(text: string): void;
  /** Runs a program to its end and gives its standard output; ends with the run. */
  run(command: string, args: readonly string[], options?: CommandOptions): Promise<string>;
  /** Starts a program whose standard output is read as a stream; ends with the run. */
  start(command: string, args: readonly string[], options?: CommandOptions): RunningCommand;
}

/** One piece of work with a product. */
export interface Step {
  /** Short name for files: letters, digits and dashes. */
  readonly id: string;
  /** What the progress line says. */
  readonly name: string;
  /** Hash of everything that shapes the product. */
  readonly inputs: string;
  /** What it makes, for a reader. */
  readonly produces: string;
  /** Ids of the steps that must be done before. @default - none */
  readonly needs?: readonly string[];
  /** Room that must be free before it starts. @default - not asked */
  readonly room?: readonly Room[];
  /** What to do when it fails. @default - nothing is advised */
  readonly fix?: string;
  /** Whether a product outside of the cache is still there; gets the product directory. @default - it is */
  present?(product: string): Promise<boolean>;
  /** Does the work. */
  run(context: StepContext): Promise<void>;
}

/** How steps are run. */
export interface RunStepsOptions {
  /** The cache directory; made when it is missing. */
  readonly cache: string;
  /** Gets the progress. */
  readonly reporter: Reporter;
  /** Steps at the same time, at most. @default 2 */
  readonly parallel?: number;
  /** Stops the run from outside. @default - only SIGINT, SIGTERM and SIGHUP do */
  readonly signal?: AbortSignal;
  /** Asked for free disk space. @default freeBytesAt */
  readonly freeBytes?: FreeBytes;
}

/** A step failed; the message holds the command, its last lines, the log file and the fix. */
export class StepError extends Error {
  /** The id of the step. */
  readonly step: string;

  constructor(step: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "StepError";
    this.step = step;
  }
}

/** The run was stopped from outside; running the same again goes on from the finished steps. */
export class StepsInterrupted extends Error {
  constructor(by: string) {
    super(`Stopped by ${by}. What was finished is kept: run the same command again to go on.`);
    this.name = "StepsInterrupted";
  }
}

const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Where a step's product is. */
export const productOf = (cache: string, id: string): string => join(cache, "parts", id);

/** Where a step's log is. */
export const logOf = (cache: string, id: string): string => join(cache, "logs", `${id}.log`);

const stampOf = (cache: string, id: string) => join(cache, "parts", `${id}.stamp`);
const buildingOf = (cache: string) => join(cache, "building");

/**
 * Runs the steps whose product is missing or out of date.
 *
 * @throws StepError for the first step that fails, after the others were stopped.
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
      await runAll(order, options, stop);
    } finally {
      release();
    }
  } finally {
    for (const signal of endSignals) process.off(signal, interrupt);
    options.signal?.removeEventListener("abort", fromOutside);
  }
}

async function runAll(steps: readonly Step[], options: RunStepsOptions, stop: AbortController): Promise<void> {
  const waiting = [...steps];
  const finished = new Set<string>();
  const running = new Set<Promise<void>>();
  let failure: unknown;
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < (options.parallel ?? 2) && !stop.signal.aborted) {
      const next = waiting.findIndex((step) => (step.needs ?? []).every((need) => finished.has(need)));
      if (next === -1) break;
      const [step] = waiting.splice(next, 1) as [Step];
      const work: Promise<void> = runOne(step, options, stop.signal)
        .then(() => void finished.add(step.id))
        .catch((error: unknown) => {
          failure ??= stop.signal.aborted ? stop.signal.reason : error;
          stop.abort(failure);
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  failure ??= stop.signal.aborted ? stop.signal.reason : undefined;
  if (failure !== undefined) throw failure;
}

async function runOne(step: Step, options: RunStepsOptions, signal: AbortSignal): Promise<void> {
  const { cache, reporter } = options;
  const began = Date.now();
  if (await isDone(step, cache)) {
    reporter.done(step.name, 0, true);
    return;
  }
  reporter.start(step.name);
  const logFile = logOf(cache, step.id);
  const directory = join(buildingOf(cache), `${step.id}.${process.pid}.${Date.now()}`);
  try {
    const short = await missingRoom(step.room ?? [], options.freeBytes ?? freeBytesAt);
    if (short.length > 0) throw new DiskFull(short.join("\n"));
    writeFileSync(logFile, "");
    mkdirSync(directory, { recursive: true });
    await step.run(contextOf(directory, cache, logFile, signal));
    signal.throwIfAborted();
    publish(directory, step, cache);
    reporter.done(step.name, (Date.now() - began) / 1000, false);
  } catch (error) {
    // Told before the clearing, which frees the very space that ran out.
    const told = signal.aborted ? stoppedError(signal) : await explain(step, error, logFile, options);
    await rm(directory, { recursive: true, force: true });
    reporter.fail(step.name, told);
    throw told;
  }
}

function contextOf(directory: string, cache: string, logFile: string, signal: AbortSignal): StepContext {
  const log = (text: string) => appendFileSync(logFile, text);
  return {
    directory,
    signal,
    log,
    product: (id) => productOf(cache, id),
    run: (command, args, more) => runCommand(command, args, { log, signal, ...more }),
    start: (command, args, more) => startCommand(command, args, { log, signal, ...more }),
  };
}

/** The steps whose product is missing or out of date. */
export async function unfinished(steps: readonly Step[], cache: string): Promise<Step[]> {
  const done = await Promise.all(steps.map((step) => isDone(step, cache)));
  return steps.filter((_, index) => !done[index]);
}

async function isDone(step: Step, cache: string): Promise<boolean> {
  const stamp = stampOf(cache, step.id);
  if (!existsSync(productOf(cache, step.id)) || !existsSync(stamp)) return false;
  if (readFileSync(stamp, "utf8") !== step.inputs) return false;
  return step.present === undefined || (await step.present(productOf(cache, step.id)));
}

function publish(directory: string, step: Step, cache: string): void {
  const product = productOf(cache, step.id);
  rmSync(stampOf(cache, step.id), { force: true });
  if (existsSync(product)) renameSync(product, `${directory}.old`);
  renameSync(directory, product);
  const draft = `${directory}.stamp`;
  writeFileSync(draft, step.inputs);
  renameSync(draft, stampOf(cache, step.id));
  rmSync(`${directory}.old`, { recursive: true, force: true });
}

class DiskFull extends Error {}

async function explain(step: Step, error: unknown, log: string, options: RunStepsOptions): Promise<StepError> {
  const lines = [`${step.name}: ${error instanceof Error ? error.message : String(error)}`];
  if (error instanceof DiskFull || isDiskFull(error)) {
    if (!(error instanceof DiskFull)) lines.push(await whereFull(step, options));
    lines.push(
      "Fix: free some space, or set VIGIE_CACHE to a directory on a larger disk, and run the same command again. " +
        "The finished steps are kept.",
    );
  } else if (step.fix !== undefined) {
    lines.push(`Fix: ${step.fix}`);
  }
  if (error instanceof CommandError || existsSync(log)) lines.push(`Log: ${log}`);
  return new StepError(step.id, lines.join("\n"), error);
}

async function whereFull(step: Step, options: RunStepsOptions): Promise<string> {
  const places = new Set([options.cache, ...(step.room ?? []).map((room) => room.path)]);
  const free = await Promise.all(
    [...places].map(async (path) => `${path} has ${formatBytes(await (options.freeBytes ?? freeBytesAt)(path))} free`),
  );
  return `A disk is full: ${free.join(", ")}.`;
}

const stoppedError = (signal: AbortSignal) =>
  signal.reason instanceof StepsInterrupted ? signal.reason : new Error("stopped, since another step failed");

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
