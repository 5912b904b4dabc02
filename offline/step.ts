/** What a step is, and where it leaves what it makes. */

import { join } from "node:path";
import type { CommandOptions, RunningCommand } from "./command.ts";
import type { FreeBytes, Room } from "./disk.ts";
import type { Reporter } from "./report.ts";

/** What a step gets to work with. */
export interface StepContext {
  /** An empty directory to build in; it becomes the step's product. */
  readonly directory: string;
  /** Which attempt this is, from 1: another one follows where something could not be fetched. */
  readonly attempt: number;
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
  /**
   * Ids of steps among its needs that are made anew where it could not fetch something, since it takes everything from
   * them. @default - the step itself is tried again
   */
  readonly remakes?: readonly string[];
  /** Whether nothing else is worth making where it fails: what is in progress is stopped then. @default false */
  readonly decides?: boolean;
  /** Seconds that it takes on two idle cores, from empty caches; what remains is told by it. @default 30 */
  readonly takes?: number;
  /** Cores that it keeps busy meanwhile: less than 1 where it waits for the network. @default 1 */
  readonly cores?: number;
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
  /** Seconds before what could not be fetched is asked for again. @default 5, and 20 before the last attempt */
  readonly pauses?: readonly number[];
}

/**
 * Steps failed; the message holds, for each, the command, its last lines or what it could not fetch, the log file and
 * the fix.
 */
export class StepError extends Error {
  /** The id of the step; of the first one, where several failed. */
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

/** Where a step's product is. */
export const productOf = (cache: string, id: string): string => join(cache, "parts", id);

/** Where a step's log is. */
export const logOf = (cache: string, id: string): string => join(cache, "logs", `${id}.log`);

/** Where the hash of a step's inputs is kept, once its product is whole. */
export const stampOf = (cache: string, id: string): string => join(cache, "parts", `${id}.stamp`);

/** Where steps build. */
export const buildingOf = (cache: string): string => join(cache, "building");
