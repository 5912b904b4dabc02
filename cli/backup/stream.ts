/** Files that go to and come from a program, without being held in memory. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type DockerCommand, docker } from "../docker-command.ts";
import type { Turn } from "./sealing.ts";

/** Size and hash of a file. */
export interface Measured {
  /** Bytes on disk. */
  readonly bytes: number;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Runs `docker`, and gives what it prints.
 *
 * @throws Error with its words when it fails
 */
export async function ask(engine: DockerCommand, args: readonly string[], what: string): Promise<string> {
  const result = await docker(engine, args);
  if (result.code !== 0) throw new Error(`${what}: ${result.stderr.trim() || `it ended with ${result.code}`}`);
  return result.stdout.trim();
}

/**
 * Writes what `docker` prints to a new file that its owner alone may read, packed by gzip.
 *
 * @param seal what makes it unreadable for others. @default - it is not sealed
 * @throws Error with its words when it fails
 */
export async function save(
  engine: DockerCommand,
  args: readonly string[],
  file: string,
  what: string,
  seal?: Turn,
): Promise<Measured> {
  const [program = "", ...words] = engine.words(args);
  const child = spawn(program, words, { env: { ...engine.env }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = endOf(child);
  const meter = new Meter();
  const to = createWriteStream(file, { mode: 0o600, flags: "wx" });
  const written =
    seal === undefined
      ? pipeline(child.stdout, createGzip(), meter, to)
      : pipeline(child.stdout, createGzip(), seal, meter, to);
  const [streamed] = await Promise.allSettled([written]);
  await refuseFailure(ended, what);
  if (streamed.status === "rejected") throw new Error(`${what}: ${String(streamed.reason)}`);
  return meter.measured();
}

/**
 * Gives something to `docker` on its standard input.
 *
 * @param given what is read as it is needed, or a text
 * @throws Error with its words when it fails
 */
export async function feed(
  engine: DockerCommand,
  args: readonly string[],
  given: Readable | { readonly text: string },
  what: string,
): Promise<void> {
  const [program = "", ...words] = engine.words(args);
  const child = spawn(program, words, { env: { ...engine.env }, stdio: ["pipe", "ignore", "pipe"] });
  const ended = endOf(child);
  // A program that has refused the beginning does not read the end: its own words are what counts.
  const source = given instanceof Readable ? given : Readable.from([given.text]);
  const [streamed] = await Promise.allSettled([pipeline(source, child.stdin)]);
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
 * The lines that `docker` makes of something, byte by byte as letters; or those of the thing itself.
 *
 * @param args none where the lines are there already
 * @param given what it reads. @default - nothing
 * @throws Error with its words when it fails
 */
export async function* linesOf(
  engine: DockerCommand,
  args: readonly string[] | undefined,
  given: Readable | undefined,
  what: string,
): AsyncGenerator<string> {
  if (args === undefined) {
    if (given !== undefined) yield* createInterface({ input: given.setEncoding("latin1"), crlfDelay: 0 });
    return;
  }
  const [program = "", ...words] = engine.words(args);
  const child = spawn(program, words, { env: { ...engine.env }, stdio: ["pipe", "pipe", "pipe"] });
  const ended = endOf(child);
  const fed = pipeline(given ?? Readable.from([]), child.stdin).catch((error: Error) => error);
  yield* createInterface({ input: child.stdout.setEncoding("latin1"), crlfDelay: 0 });
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

interface End {
  readonly code: number;
  readonly words: string;
}

function endOf(child: ReturnType<typeof spawn>): Promise<End> {
  let words = "";
  child.stderr?.on("data", (data) => {
    words = `${words}${data}`.slice(-4000);
  });
  return new Promise((done) => {
    child.on("error", (error) => done({ code: 127, words: error.message }));
    child.on("close", (code) => done({ code: code ?? 1, words }));
  });
}

async function refuseFailure(ended: Promise<End>, what: string): Promise<void> {
  const { code, words } = await ended;
  if (code !== 0) throw new Error(`${what}: ${words.trim() || `it ended with ${code}`}`);
}
