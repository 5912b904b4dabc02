/** What was done to a stack and is not put back yet, on disk: it outlives this process however that ends. */

import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive } from "../../offline/alive.ts";
import type { Fault } from "../../signals/faults/index.ts";
import { privateDirectory } from "../places.ts";
import type { Undo } from "./executor.ts";

/** A fault that is to be put back. */
export interface Entry {
  /** The exercise's id: a repair finds its helpers by it. */
  readonly id: string;
  /** The kind of the fault: which executor puts it back. */
  readonly kind: Fault["kind"];
  /** What that executor needs for it. */
  readonly back: Undo;
  /** When it was done. */
  readonly since: string;
}

interface Content {
  /** The process that writes it. */
  readonly pid: number;
  readonly entries: readonly Entry[];
}

/** The journal of one stack. */
export interface Journal {
  /** What an earlier run has left. */
  readonly left: readonly Entry[];
  /** Writes down what is about to be done. */
  add(entry: Entry): void;
  /** Whether something is still to be put back. */
  holds(id: string): boolean;
  /** It is put back. */
  remove(id: string): void;
}

/**
 * Opens the journal of a stack.
 *
 * @throws Error when a drill of the same stack runs
 */
export function openJournal(
  file: string,
  pid: number = process.pid,
  alive: (pid: number) => boolean = isAlive,
): Journal {
  const before = read(file);
  if (before !== undefined && before.pid !== pid && alive(before.pid)) {
    throw new Error(
      `a drill of this stack runs already, in process ${before.pid}. Wait for its end, or end it: Ctrl-C.`,
    );
  }
  let entries: readonly Entry[] = before?.entries ?? [];
  const save = () => {
    if (entries.length === 0) return rmSync(file, { force: true });
    privateDirectory(dirname(file));
    const content: Content = { pid, entries };
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  };
  return {
    left: entries,
    add(entry) {
      entries = [...entries, entry];
      save();
    },
    holds: (id) => entries.some((entry) => entry.id === id),
    remove(id) {
      entries = entries.filter((entry) => entry.id !== id);
      save();
    },
  };
}

/** @throws Error when it is no journal: what it says may be all that is known of what is to be put back */
function read(file: string): Content | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Content;
  } catch {
    throw new Error(`${file} can't be read. \`npm run down\` and \`npm run up\` make the stack anew; then delete it.`);
  }
}
