/** One process at a time: a lock file that names its holder, so that a dead holder's lock can be taken over. */

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, startOf } from "./alive.ts";

/** How a lock is waited for. */
export interface LockOptions {
  /** Called once when another process holds the lock, with its process id. @default - nobody is told */
  readonly onWait?: (pid: number) => void;
  /** Ends the waiting. @default - waits for ever */
  readonly signal?: AbortSignal;
  /** Milliseconds between two looks. @default 300 */
  readonly pollMilliseconds?: number;
}

/**
 * Takes the lock, waiting while a living process holds it; gives the function that releases it.
 *
 * @throws the signal's reason when it is aborted while waiting.
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<() => void> {
  const poll = options.pollMilliseconds ?? 300;
  const own = `${process.pid} ${startOf(process.pid) ?? "?"} ${Math.random().toString(36).slice(2)}\n`;
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, own);
  let told = false;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      if (tryLink(draft, path)) {
        // Whoever mistook this lock for the dead one takes it away within this pause, and is seen here.
        await sleep(50);
        if (readOrNothing(path) === own) return () => releaseOwn(path, own);
        continue;
      }
      const held = readOrNothing(path);
      if (held === undefined) continue;
      const [pid = Number.NaN, start = ""] = [Number(held.split(" ")[0]), held.split(" ")[1]];
      if (!holds(pid, start)) {
        takeAway(path, held, `${draft}.dead`);
        continue;
      }
      if (!told) options.onWait?.(pid);
      told = true;
      await sleep(poll);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function takeAway(path: string, dead: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readOrNothing(aside) !== dead) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function releaseOwn(path: string, own: string): void {
  if (readOrNothing(path) === own) rmSync(path, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function holds(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  const now = startOf(pid);
  return start === "?" || now === undefined || now === start;
}
