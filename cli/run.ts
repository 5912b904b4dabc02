/** Other programs: in the terminal of the user, or captured. */

import { type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { given } from "../services/given.ts";
import type { Environment } from "./places.ts";

/** How a program is run. */
export interface RunOptions {
  /**
   * Working directory.
   *
   * @default - the one of this process
   */
  readonly cwd?: string;
  /**
   * The program's whole environment.
   *
   * @default process.env
   */
  readonly env?: Environment;
  /**
   * Seconds until it is ended.
   *
   * @default - no limit
   */
  readonly timeoutSeconds?: number;
}

/** What a program left behind. */
export interface Captured {
  /** Exit code; 124 when it took too long, 127 when it is not there. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** How long what a program wrote is awaited after its end. */
const REST_MILLISECONDS = 1000;

/** Runs a program in silence; a failure is an exit code, never an exception. */
export function capture(command: readonly string[], options: RunOptions = {}): Promise<Captured> {
  return new Promise((done) => {
    const child = spawn(command[0] ?? "", command.slice(1), {
      ...spawnOptions(options),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    let late = false;
    const timer =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill("SIGKILL");
          }, options.timeoutSeconds * 1000);
    child.stdout?.on("data", (data) => {
      output.stdout += data;
    });
    child.stderr?.on("data", (data) => {
      output.stderr += data;
    });
    const end = (code: number) => {
      clearTimeout(timer);
      done({ code: late ? 124 : code, ...output });
    };
    child.on("error", (error) => {
      output.stderr += error.message;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
    // A grandchild may keep the pipes open after the limit; "exit" does not wait for it. What the program itself wrote
    // may come a moment after its end, though.
    if (options.timeoutSeconds !== undefined)
      child.on("exit", (code) => setTimeout(end, REST_MILLISECONDS, code ?? 1).unref());
  });
}

/**
 * Runs a program in the user's terminal and returns its exit code. Ctrl-C is the program's to handle: a terminal sends
 * it to every process of the group, so this one only waits, and passes on what was sent to it alone.
 *
 * @param heard is told what the program writes. @default - it writes to the terminal itself
 */
export function runInTerminal(
  command: readonly string[],
  options: RunOptions = {},
  heard?: (text: string) => void,
): Promise<number> {
  return new Promise((done, fail) => {
    const out = heard === undefined ? "inherit" : "pipe";
    const child = spawn(command[0] ?? "", command.slice(1), {
      ...spawnOptions(options),
      stdio: ["inherit", out, out],
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => heard?.(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => heard?.(text));
    let interrupted = false;
    const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
      [
        "SIGINT",
        () => {
          if (!process.stdin.isTTY && !interrupted) child.kill("SIGINT");
          interrupted = true;
        },
      ],
      ["SIGTERM", () => child.kill("SIGTERM")],
      ["SIGHUP", () => child.kill("SIGHUP")],
    ];
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const clean = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.on("error", (error) => {
      clean();
      fail(error);
    });
    child.on("exit", (code, signal) => {
      clean();
      const end = () => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      // What it started may keep its pipes open; what it wrote itself comes a moment after its end at the latest.
      const late = setTimeout(end, REST_MILLISECONDS);
      child.on("close", () => {
        clearTimeout(late);
        end();
      });
    });
  });
}

function spawnOptions(options: RunOptions): SpawnOptions {
  return { ...given({ cwd: options.cwd }), env: { ...(options.env ?? process.env) } };
}
