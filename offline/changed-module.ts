/** Changes a copy of a Go module by a `changes.patch`, so that what no stack here uses is not compiled. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is done to one file of a module. */
export interface FileChange {
  /** The file, from the module's directory. */
  readonly file: string;
  /** SHA-256 of it before. */
  readonly sha256: string;
  /** Pieces that are replaced, in order; none where the file is removed. */
  readonly hunks: readonly Hunk[];
}

/** Lines that take the place of others. */
export interface Hunk {
  /** Number of the first line that is replaced, from 1. */
  readonly line: number;
  /** The lines that must stand there. */
  readonly before: readonly string[];
  /** The lines that stand there afterwards. */
  readonly after: readonly string[];
}

const FILE = /^--- a\/(\S+)\tsha256:([0-9a-f]{64})$/;
const HUNK = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/;

/**
 * Reads a patch: a unified diff whose `---` lines name the SHA-256 of the file, too. Words before the first one are for
 * the reader; a file with `+++ /dev/null` is removed.
 *
 * @throws Error when a line is none of a patch.
 */
export function readChanges(patch: string): readonly FileChange[] {
  const changes: { file: string; sha256: string; hunks: { line: number; before: string[]; after: string[] }[] }[] = [];
  for (const [index, text] of patch.replace(/\n$/, "").split("\n").entries()) {
    const [, file, sha256] = FILE.exec(text) ?? [];
    const change = changes.at(-1);
    const hunk = change?.hunks.at(-1);
    const start = HUNK.exec(text)?.[1];
    const [sign, line] = [text[0] ?? " ", text.slice(1)];
    if (file !== undefined && sha256 !== undefined) changes.push({ file, sha256, hunks: [] });
    else if (change === undefined || /^\+\+\+ (b\/|\/dev\/null$)/.test(text)) continue;
    else if (start !== undefined) change.hunks.push({ line: Number(start), before: [], after: [] });
    else if (hunk === undefined || !" +-".includes(sign))
      throw new Error(`Line ${index + 1} is none of a patch: ${text}`);
    else {
      if (sign !== "+") hunk.before.push(line);
      if (sign !== "-") hunk.after.push(line);
    }
  }
  return changes;
}

/**
 * Changes the files of a copy of a module.
 *
 * @param copy the copy's directory
 * @param patch what {@link readChanges} reads
 * @param named how the patch is called in errors and in the changed files
 * @throws Error that lists every file which is another one than the patch was made for; nothing is changed then.
 */
export function changeModule(copy: string, patch: string, named: string): void {
  const changes = readChanges(patch);
  const problems = changes.flatMap((change) => {
    const path = join(copy, change.file);
    if (!existsSync(path)) return [`  ${change.file} is not there`];
    const got = createHash("sha256").update(readFileSync(path)).digest("hex");
    return got === change.sha256 ? [] : [`  ${change.file} has the SHA-256 ${got}, not ${change.sha256}`];
  });
  if (changes.length === 0) problems.push("  it names no file");
  if (problems.length > 0) {
    throw new Error(`${named} does not fit the module's source:\n${problems.join("\n")}\nMake the patch anew for it.`);
  }
  for (const { file, hunks } of changes) {
    const path = join(copy, file);
    if (hunks.length === 0) rmSync(path);
    else writeFileSync(path, `// Changed: see ${named}.\n\n${changed(readFileSync(path, "utf8"), file, hunks, named)}`);
  }
}

function changed(text: string, file: string, hunks: readonly Hunk[], named: string): string {
  const lines = text.split("\n");
  let shift = 0;
  for (const { line, before, after } of hunks) {
    const there = lines.slice(line - 1 + shift, line - 1 + shift + before.length);
    if (there.join("\n") !== before.join("\n")) {
      throw new Error(`${named} does not fit the module's source: line ${line} of ${file} is another one.`);
    }
    lines.splice(line - 1 + shift, before.length, ...after);
    shift += after.length - before.length;
  }
  return lines.join("\n");
}
