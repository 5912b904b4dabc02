/** A download that says within seconds when it can't be had here. */

import { spawn } from "node:child_process";
import type { Environment } from "./places.ts";

/** How long a download may be silent before it counts as impossible, in seconds. */
const firstSignSeconds = 8;

/** How an attempt ended. */
export interface Attempt {
  /** Whether the thing is here now. */
  readonly ok: boolean;
  /** What the program said last. */
  readonly words: string;
}

/** How a download is watched. */
export interface Watch {
  /** Whether what was said so far is a sign that the download goes on. */
  readonly alive: (output: string) => boolean;
  /** Called once, at the first sign of life. */
  readonly onAlive: () => void;
  /** How long it may go without one. @default 8 */
  readonly seconds?: number;
}

/** Runs a download; without a sign of life in time it is ended, and all that it started with it. */
export function attempt(command: readonly string[], env: Environment, watch: Watch): Promise<Attempt> {
  const seconds = watch.seconds ?? firstSignSeconds;
  return new Promise((done) => {
    const child = spawn(command[0] ?? "", command.slice(1), {
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    };
    let late = false;
    let living = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, seconds * 1000);
    const hear = (data: Buffer) => {
      output += data.toString("utf8");
      if (living || !watch.alive(output)) return;
      living = true;
      clearTimeout(timer);
      watch.onAlive();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    // A process group of its own does not get the terminal's Ctrl-C.
    const stop = () => {
      end();
      process.exit(130);
    };
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    const finish = (ok: boolean, words: string) => {
      clearTimeout(timer);
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      done({ ok, words });
    };
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code) => {
      const words = output.trim().split("\n").at(-1) ?? "";
      finish(code === 0, late ? `no answer within ${seconds} s` : words);
    });
  });
}
