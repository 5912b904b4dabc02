/** Runs a command in a process group of its own. */
import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";

const DEFAULT_INTERPRETER = ["/bin/sh", "-c"];
// What a cancelled command gets to clean up before it is killed.
const KILL_AFTER_MILLISECONDS = 2_000;

/** A command to run. */
export interface CommandRun {
  /** The command. */
  readonly command: string;
  /** The program and arguments that run it. @default /bin/sh -c */
  readonly interpreter: readonly string[];
  /** The working directory. @default this process's */
  readonly directory: string | undefined;
  /** Variables on top of this process's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Standard input. @default none */
  readonly stdin: string | undefined;
  /** Which output is shown line by line: `stdout`, `stderr`, `stdoutAndStderr` or `none`. */
  readonly logging: string;
  /** Shows a line. */
  readonly log: (line: string) => void;
  /** Ends the command and all that it started. */
  readonly signal: AbortSignal;
}

/** What a command printed, each without its last newline. */
export interface CommandOutput {
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/**
 * Runs a command to its end.
 *
 * @throws if it can't be started or its exit status isn't 0; the message holds all that it printed
 */
export async function runCommand(run: CommandRun): Promise<CommandOutput> {
  if (run.directory !== undefined) {
    const directory = await stat(run.directory).catch(() => undefined);
    if (!directory?.isDirectory()) throw new Error(`chdir ${run.directory}: no such file or directory`);
  }
  const words = [...(run.interpreter.length > 0 ? run.interpreter : DEFAULT_INTERPRETER), run.command];
  const child = spawn(words[0] ?? "", words.slice(1), {
    cwd: run.directory,
    env: { ...ownEnvironment(), ...run.environment },
    // A group of its own, so that an abort also ends what the command started.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(child.pid, "SIGTERM");
    killTimer = setTimeout(() => signalGroup(child.pid, "SIGKILL"), KILL_AFTER_MILLISECONDS);
  };
  run.signal.addEventListener("abort", stop, { once: true });
  // A command that does not read its input is none of our business.
  child.stdin.on("error", () => undefined).end(run.stdin ?? "");

  const both: Buffer[] = [];
  const stdout = collect(child.stdout, both, shows(run.logging, "stdout") ? run.log : undefined);
  const stderr = collect(child.stderr, both, shows(run.logging, "stderr") ? run.log : undefined);
  try {
    const status = await ended(child);
    if (status !== undefined) {
      throw new Error(`${status}: running ${JSON.stringify(run.command)}:\n${Buffer.concat(both).toString()}`);
    }
    return { stdout: withoutNewline(stdout()), stderr: withoutNewline(stderr()) };
  } finally {
    run.signal.removeEventListener("abort", stop);
    clearTimeout(killTimer);
  }
}

// The launcher's setting for this plugin's own Node is none of the command's.
function ownEnvironment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: _ours, ...environment } = process.env;
  return environment;
}

function shows(logging: string, stream: "stdout" | "stderr"): boolean {
  return logging === stream || logging === "stdoutAndStderr";
}

function ended(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
  });
}

function collect(stream: NodeJS.ReadableStream, both: Buffer[], log: ((line: string) => void) | undefined) {
  const chunks: Buffer[] = [];
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    both.push(chunk);
    if (log === undefined) return;
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log(line);
  });
  stream.on("end", () => {
    if (rest !== "") log?.(rest);
  });
  return () => Buffer.concat(chunks).toString();
}

function withoutNewline(output: string): string {
  return output.endsWith("\n") ? output.slice(0, -1) : output;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
