/** Whether processes of this machine run. */

import { readFileSync } from "node:fs";

/** Whether a process runs: one that has ended, and whose parent has not asked yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return statOf(pid)?.[0] !== "Z";
}

/** When a process started, in the kernel's own count; tells a reused process id from the old one. */
export function startOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

// What Linux says of it, from its state on: the name before that may have any character.
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
