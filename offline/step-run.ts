/** Runs one step: its room asked for, its product put in place at the end, its failure explained. */

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CommandError, runCommand, startCommand } from "./command.ts";
import { formatBytes, freeBytesAt, isDiskFull, missingRoom } from "./disk.ts";
import {
  buildingOf,
  logOf,
  productOf,
  type RunStepsOptions,
  type Step,
  type StepContext,
  StepError,
  StepsInterrupted,
  stampOf,
} from "./step.ts";

const PAUSES: readonly number[] = [5, 20];

/** How often a step is run where something could not be fetched. */
const ATTEMPTS = 3;

/** A step could not fetch something, and what it takes it from is to be made anew before it is run again. */
export class SourcesGone extends Error {}

/**
 * Runs a step to its end, again where something could not be fetched.
 *
 * @param step the step
 * @param options how steps are run
 * @param signal aborted when the run is to stop
 * @param remade how often the steps that it takes everything from were made anew for it
 * @returns whether it was made now; else it was there
 * @throws SourcesGone where they are to be made anew now.
 * @throws StepError when it failed for good.
 * @throws StepsInterrupted when the run was stopped.
 */
export async function runOne(step: Step, options: RunStepsOptions, signal: AbortSignal, remade = 0): Promise<boolean> {
  const { cache, reporter } = options;
  if (await isDone(step, cache)) {
    reporter.done(step.name, 0, true);
    return false;
  }
  const began = Date.now();
  reporter.start(step.name);
  const logFile = logOf(cache, step.id);
  const elsewhere = (step.remakes ?? []).length > 0;
  try {
    const short = await missingRoom(step.room ?? [], options.freeBytes ?? freeBytesAt);
    if (short.length > 0) throw new DiskFull(short.join("\n"));
    writeFileSync(logFile, "");
    for (let attempt = remade + 1; ; attempt++) {
      try {
        await runAttempt(step, options, signal, attempt);
        break;
      } catch (error) {
        const [missed] = missedBy(error);
        if (signal.aborted || missed === undefined || attempt >= ATTEMPTS) throw error;
        if (elsewhere) throw new SourcesGone(`${missed}; what it is made from is made anew first`);
        const pause = (options.pauses ?? PAUSES)[attempt - 1] ?? 0;
        reporter.note(`       ${step.name}: ${missed}; asked for again`);
        appendFileSync(logFile, `--- attempt ${attempt} of ${ATTEMPTS} could not fetch something\n`);
        await sleep(pause * 1000, undefined, { signal });
      }
    }
    reporter.done(step.name, (Date.now() - began) / 1000, false);
    return true;
  } catch (error) {
    if (error instanceof SourcesGone || error instanceof StepError) {
      reporter.fail(step.name, error);
      throw error;
    }
    const told = signal.aborted ? stopReason(signal) : await explain(step, error, logFile, options);
    reporter.fail(step.name, told);
    throw told;
  }
}

async function runAttempt(step: Step, options: RunStepsOptions, signal: AbortSignal, attempt: number): Promise<void> {
  const { cache } = options;
  const directory = join(buildingOf(cache), `${step.id}.${process.pid}.${Date.now()}`);
  try {
    mkdirSync(directory, { recursive: true });
    await step.run(contextOf(directory, attempt, cache, logOf(cache, step.id), signal));
    signal.throwIfAborted();
    publish(directory, step, cache);
  } catch (error) {
    // Told before the clearing, which frees the very space that ran out.
    const told =
      signal.aborted || missedBy(error).length > 0 ? error : await explain(step, error, logOf(cache, step.id), options);
    await rm(directory, { recursive: true, force: true });
    throw told;
  }
}

/** Makes a step's product count as none. */
export function forget(step: Step, cache: string): void {
  rmSync(stampOf(cache, step.id), { force: true });
}

const missedBy = (error: unknown): readonly string[] => (error instanceof CommandError ? error.missed : []);

function contextOf(
  directory: string,
  attempt: number,
  cache: string,
  logFile: string,
  signal: AbortSignal,
): StepContext {
  const log = (text: string) => appendFileSync(logFile, text);
  return {
    directory,
    attempt,
    signal,
    log,
    product: (id) => productOf(cache, id),
    run: (command, args, more) => runCommand(command, args, { log, signal, ...more }),
    start: (command, args, more) => startCommand(command, args, { log, signal, ...more }),
  };
}

/** Whether a step's product is there and made from the same inputs. */
export async function isDone(step: Step, cache: string): Promise<boolean> {
  if (!isStamped(step, cache)) return false;
  return step.present === undefined || (await step.present(productOf(cache, step.id)));
}

/** Whether a step's product is made from the same inputs, as far as the cache tells. */
export function isStamped(step: Step, cache: string): boolean {
  const stamp = stampOf(cache, step.id);
  return existsSync(productOf(cache, step.id)) && existsSync(stamp) && readFileSync(stamp, "utf8") === step.inputs;
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
  const lines = [`${step.name}: ${toldBy(error)}`];
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

/** What could not be fetched first, where that is what failed: it says more than the command. */
function toldBy(error: unknown): string {
  if (!(error instanceof CommandError) || error.missed.length === 0) {
    return error instanceof Error ? error.message : String(error);
  }
  const [first, ...others] = error.missed;
  const how = `Tried ${ATTEMPTS} times; \`${error.commandLine}\` ${error.reason}.`;
  return [first, ...[...others, how].map((line) => `  ${line}`)].join("\n");
}

async function whereFull(step: Step, options: RunStepsOptions): Promise<string> {
  const places = new Set([options.cache, ...(step.room ?? []).map((room) => room.path)]);
  const free = await Promise.all(
    [...places].map(async (path) => `${path} has ${formatBytes(await (options.freeBytes ?? freeBytesAt)(path))} free`),
  );
  return `A disk is full: ${free.join(", ")}.`;
}

const stopReason = (signal: AbortSignal) =>
  signal.reason instanceof StepsInterrupted ? signal.reason : new Error("stopped, since nothing can be done with it");
