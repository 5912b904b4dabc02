import type { Readable, Writable } from "node:stream";

/** A program that runs beside this process. */
export interface Opened {
  /** What it reads. @default - nothing */
  readonly input: Writable | undefined;
  /** What it prints. @default - nobody reads it */
  readonly output: Readable | undefined;
  /** When it ended, with the last of what it wrote to standard error; 127 where it could not be started. */
  readonly ended: Promise<{ readonly code: number; readonly words: string }>;
}
