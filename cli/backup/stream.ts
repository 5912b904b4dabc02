/** Files that go to and come from a program, without being held in memory. */

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { ContainerEngine } from "../containers/engine.ts";
import { EngineError } from "../containers/errors.ts";
import type { Job } from "../containers/job.ts";
import type { Opened } from "../containers/opened.ts";
import type { Turn } from "./sealing.ts";

/** Size and hash of a file. */
export interface Measured {
  /** Bytes on disk. */
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Runs something to its end, and gives what it printed.
 *
 * @throws Error with its words when it fails
 */
export async function ask(engine: ContainerEngine, job: Job, what: string): Promise<string> {
  return (await told(what, engine.output(job))).trim();
}

/** What an engine answers. @throws Error with its words, after what was asked for */
export async function told<T>(what: string, answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    throw new Error(`${what}: ${error.words || `it ended with ${error.code}`}`);
  });
}

/**
 * Writes what is printed to a new file that its owner alone may read, packed by gzip.
 *
 * @param seal what makes it unreadable for others. @default - it is not sealed
 * @throws Error with its words when it fails
 */
export async function save(
  engine: ContainerEngine,
  job: Job,
  file: string,
  what: string,
  seal?: Turn,
): Promise<Measured> {
  const { ended, output = Readable.from([]) } = engine.open(job, { input: false, output: true });
  const meter = new Meter();
  const to = createWriteStream(file, { mode: 0o600, flags: "wx" });
  const written =
    seal === undefined ? pipeline(output, createGzip(), meter, to) : pipeline(output, createGzip(), seal, meter, to);
  const [streamed] = await Promise.allSettled([written]);
  await refuseFailure(ended, what);
  if (streamed.status === "rejected") throw new Error(`${what}: ${String(streamed.reason)}`);
  return meter.measured();
}

/**
 * Gives something to a program on its standard input.
 *
 * @param given what is read as it is needed, or a text
 * @throws Error with its words when it fails
 */
export async function feed(
  engine: ContainerEngine,
  job: Job,
  given: Readable | { readonly text: string },
  what: string,
): Promise<void> {
  const { ended, input = nowhere() } = engine.open(job, { input: true, output: false });
  // A program that has refused the beginning does not read the end: its own words are what counts.
  const source = given instanceof Readable ? given : Readable.from([given.text]);
  const [streamed] = await Promise.allSettled([pipeline(source, input)]);
  await refuseFailure(ended, what);
  if (streamed.status === "rejected") throw new Error(`${what}: ${String(streamed.reason)}`);
}

/**
 * What is in a file of a backup, unpacked as it is read.
 *
 * @param open opens it, where it is sealed
 */
export async function opened(file: string, open?: Turn): Promise<Readable> {
  const unpacked = createGunzip();
  const read = createReadStream(file);
  (open === undefined ? pipeline(read, unpacked) : pipeline(read, open, unpacked)).catch((error: Error) =>
    unpacked.destroy(error),
  );
  return unpacked;
}

/**
 * The lines that a program makes of something, byte by byte as letters; or those of the thing itself.
 *
 * @param job none where the lines are there already
 * @param given what it reads. @default - nothing
 * @throws Error with its words when it fails
 */
export async function* linesOf(
  engine: ContainerEngine,
  job: Job | undefined,
  given: Readable | undefined,
  what: string,
): AsyncGenerator<string> {
  if (job === undefined) {
    if (given !== undefined) yield* createInterface({ input: given.setEncoding("latin1"), crlfDelay: 0 });
    return;
  }
  const { ended, input = nowhere(), output = Readable.from([]) } = engine.open(job, { input: true, output: true });
  const fed = pipeline(given ?? Readable.from([]), input).catch((error: Error) => error);
  yield* createInterface({ input: output.setEncoding("latin1"), crlfDelay: 0 });
  await refuseFailure(ended, what);
  const error = await fed;
  if (error !== undefined) throw new Error(`${what}: ${error.message}`);
}

/** Size and hash of a file that is there. */
export async function measure(file: string): Promise<Measured> {
  const meter = new Meter();
  await pipeline(createReadStream(file), meter, async (chunks) => {
    for await (const _ of chunks);
  });
  return meter.measured();
}

class Meter extends Transform {
  readonly #hash = createHash("sha256");
  #bytes = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    done(null, chunk);
  }

  measured(): Measured {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}

async function refuseFailure(ended: Opened["ended"], what: string): Promise<void> {
  const { code, words } = await ended;
  if (code !== 0) throw new Error(`${what}: ${words.trim() || `it ended with ${code}`}`);
}

/** Where there is no input, what is written is lost. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
