/** A copy of the repository in which sources are changed and its tests run: the clone itself is never touched. */

import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { capture } from "../run.ts";

/** How tests ended. */
export interface Ended {
  /** `timeout`: they did not end, and were ended. */
  readonly how: "passed" | "failed" | "timeout";
  /** Seconds that each file of tests took which ran, by its name. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** One copy; one mutant at a time. */
export interface Sandbox {
  /** Writes a file of the copy. */
  write(file: string, text: string): void;
  /** Runs unit tests until one fails, or the time is over. */
  run(tests: readonly string[], seconds: number): Promise<Ended>;
  /** Removes the copy. */
  remove(): void;
}

/** Copies what git knows or would add; node_modules are shared. */
export async function makeSandbox(root: string): Promise<Sandbox> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "vigie-mutate-")));
  for (const file of await filesOf(root)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(root, file), join(directory, file), { verbatimSymlinks: true });
  }
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  return {
    write: (file, text) => writeFileSync(join(directory, file), text),
    run: (tests, seconds) => runTests(directory, tests, seconds),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** What git knows of a clone, or would add: without what was removed and is not committed yet. */
export async function filesOf(root: string): Promise<readonly string[]> {
  const asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await capture(asked, { cwd: root });
  return [...new Set(stdout.split("\0"))].filter((file) => file !== "" && existsSync(join(root, file))).sort();
}

/** Where a run says what it found; git does not know it. */
const REPORT = ".mutate.json";

function runTests(directory: string, tests: readonly string[], seconds: number): Promise<Ended> {
  const vitest = join(directory, "node_modules", "vitest", "vitest.mjs");
  const report = join(directory, REPORT);
  rmSync(report, { force: true });
  const how = ["--bail", "1", "--maxWorkers", "1", "--reporter", "json", "--outputFile", report];
  const args = [vitest, "run", "--project", "unit", ...how, ...tests];
  return new Promise((resolve, reject) => {
    // A group of its own, so that what a test started ends with it.
    const child = spawn(process.execPath, args, { cwd: directory, stdio: "ignore", detached: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, seconds * 1000);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      const text = existsSync(report) ? readFileSync(report, "utf8") : "{}";
      resolve({ how: late ? "timeout" : code === 0 ? "passed" : "failed", seconds: secondsOf(text, directory) });
    });
  });
}

/** Seconds of each file in a report of vitest, by its name from the copy's root. */
export function secondsOf(report: string, directory: string): ReadonlyMap<string, number> {
  const { testResults = [] } = JSON.parse(report) as {
    readonly testResults?: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
  };
  return new Map(
    testResults.map(({ name, startTime, endTime }) => [relative(directory, name), (endTime - startTime) / 1000]),
  );
}
