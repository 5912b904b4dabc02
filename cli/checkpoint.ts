/** The state of a stack as a file backend keeps it. */

import { copyFileSync, existsSync, readFileSync } from "node:fs";
import type { Reporter } from "../offline/report.ts";
import { checkpointFile, type PulumiCli } from "./pulumi.ts";

/**
 * Puts the state before the last one in place, where the last was cut off while Pulumi wrote it: an empty file, or half
 * of one. Pulumi keeps the one before beside it, and can't read a broken one. What is missing in it is found in Docker.
 *
 * @returns whether it did; false also where there is no whole one, and Pulumi then says what is wrong
 */
export function restoreCheckpoint({ backendDirectory, settings }: PulumiCli, reporter: Reporter): boolean {
  if (backendDirectory === undefined) return false;
  const file = checkpointFile(backendDirectory, settings);
  const before = `${file}.bak`;
  if (!existsSync(file) || isWhole(file) || !existsSync(before) || !isWhole(before)) return false;
  copyFileSync(before, file);
  reporter.note("  The state was cut off while it was written; the one before it is in its place.");
  return true;
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
