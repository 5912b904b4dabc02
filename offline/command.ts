/** Running a program: logged, stoppable with all its children, its last lines kept for the error. */

import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { isDiskFull } from "./disk.ts";
import { Heard } from "./fetching.ts";

/** How a program is run. */
export interface CommandOptions {
  /** Working directory. @default - this process's */
  readonly cwd?: string;
  /** Variables on top of this process's; `undefined` removes one. @default - none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets everything that the program says. @default - nothing is kept but the last lines */
  readonly log?: (text: string) => void;
  /** Ends the program and its children. @default - it runs to its end */
  readonly signal?: AbortSignal;
}

/** A program ended badly, or couldn't be started. */
export class CommandError extends Error {
  /** The command line, as a person would type it. */
  readonly commandLine: string;
  /** How it ended: `ended with 1`. */
  readonly reason: string;
  /** Its last lines, at most 20. */
  readonly lastLines: readonly string[];
  /** Its lines that say what it could not fetch and may get another time, at most 5; the message has only these then. */
  readonly missed: readonly string[];

  constructor(commandLine: string, reason: string, lastLines: readonly string[], missed: readonly string[] = []) {
    // What could not be fetched since there was no room for it is not to be asked for again.
    const full = lastLines.some((line) => isDiskFull(new Error(line)));
    const told = missed.length > 0 && !full ? missed : lastLines;
    super([`\`${commandLine}\` ${reason}`, ...told.map((line) => `  ${line}`)].join("\n"));
    this.name = "CommandError";
    this.commandLine = commandLine;
    this.reason = reason;
    this.lastLines = lastLines;
    this.missed = full ? [] : missed;
  }
}

/** A program that runs. */
export interface RunningCommand {
  /** What it writes to standard output; must be read. */
  readonly stdout: Readable;
  /** Settles when it has ended. */
  readonly finished: Promise<void>;
  /** Ends it with its children. */
  stop(): void;
}

const keptLines = 20;
const secondsToEnd = 5;

/**
 * Starts a program in a process group of its own, so that it can be ended together with its children.
 *
 * @throws CommandError through `finished`.
 */
export function startCommand(command: string, args: readonly string[], options: CommandOptions = {}): RunningCommand {
  return launch(command, args, options, new Heard(keptLines));
}

function launch(command: string, args: readonly string[], options: CommandOptions, heard: Heard): RunningCommand {
  const commandLine = [command, ...args].map(quote).join(" ");
  options.log?.(`$ ${commandLine}\n`);
  const env = { ...process.env, ...options.env };
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  child.stderr.on("data", (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    options.log?.(text);
    heard.add(text);
  });
  const end = () => {
    killGroup(child.pid, "SIGTERM");
    setTimeout(() => killGroup(child.pid, "SIGKILL"), secondsToEnd * 1000).unref();
  };
  const finished = new Promise<void>((resolve, reject) => {
    if (options.signal?.aborted) end();
    options.signal?.addEventListener("abort", end, { once: true });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "is not on this machine" : `couldn't be started: ${error.message}`;
      reject(new CommandError(commandLine, reason, []));
    });
    child.on("close", (code, signal) => {
      options.signal?.removeEventListener("abort", end);
      if (code === 0) resolve();
      else {
        const reason = code === null ? `was ended by ${signal}` : `ended with ${code}`;
        reject(new CommandError(commandLine, reason, heard.lastLines(), heard.missed()));
      }
    });
  });
  return { stdout: child.stdout, finished, stop: end };
}

/**
 * Runs a program to its end and gives what it wrote to standard output.
 *
 * @throws CommandError when it ends badly or isn't on the machine.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const heard = new Heard(keptLines);
  const output = new Heard(keptLines);
  const { stdout, finished } = launch(command, args, options, heard);
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    options.log?.(text);
    output.add(text);
    chunks.push(chunk);
  });
  try {
    await finished;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Some say on standard output what went wrong, and apt there what it could not fetch.
    const last = error.lastLines.length > 0 ? error.lastLines : output.lastLines();
    const missed = error.missed.length > 0 ? error.missed : output.missed();
    throw new CommandError(error.commandLine, error.reason, last, missed);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

const quote = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
