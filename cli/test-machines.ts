/** The tests that make machines in namespaces: left out, by name, where a machine may not make any. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mayMount } from "../offline/preflight.ts";
import { root } from "./places.ts";
import { capture } from "./run.ts";

/** Test files, from the repository's root, that start a machine of `tests/hosts/machine.ts`. */
export function machineTests(directory: string = root): string[] {
  return globSync("tests/hosts/*.test.ts", { cwd: directory })
    .filter((file) => /from "\.\/machine\.ts"/.test(readFileSync(join(directory, file), "utf8")))
    .sort();
}

/** What `vitest` is told where no namespace can be made, and what a person is; `[]` where all tests can run. */
export async function withoutMachines(): Promise<{ readonly args: readonly string[]; readonly note?: string }> {
  if ((await mayMount()) || (await capture(["sudo", "-n", "true"], { timeoutSeconds: 5 })).code === 0) {
    return { args: [] };
  }
  const files = machineTests();
  return {
    args: files.flatMap((file) => ["--exclude", file]),
    note:
      `  Left out: ${files.join(", ")}. They set up machines in namespaces, which takes root that may mount, or sudo ` +
      "without a password.",
  };
}
