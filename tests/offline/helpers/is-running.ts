import { readFileSync } from "node:fs";

/** Whether a process still does anything; one that is dead may wait for its parent to notice. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
