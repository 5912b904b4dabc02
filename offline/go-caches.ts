/** Where Go keeps the modules that it fetched and what it compiled: ours, and removed when all is built. */

import { chmodSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "./hash.ts";
import type { Step } from "./steps.ts";

/** The directory that holds both; whatever is in it is of no use once the programs are built. */
export const goCachesOf = (cache: string): string => join(cache, "go");

/** The variables that make Go use them, also where the machine has a Go and caches of its own. */
export function goCacheVariables(cache: string): { readonly [name: string]: string } {
  const directory = goCachesOf(cache);
  return { GOPATH: directory, GOMODCACHE: join(directory, "pkg", "mod"), GOCACHE: join(directory, "build") };
}

/** Removes them. Go writes its modules read-only, directories too, which only root can remove as they are. */
export function removeGoCaches(cache: string): void {
  const directory = goCachesOf(cache);
  if (!existsSync(directory)) return;
  if (process.getuid?.() !== 0) makeWritable(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** The step that removes them, after those that build. */
export function goCachesStep(cache: string, builders: readonly string[]): Step {
  return {
    id: "go-caches",
    name: "Go's caches are removed",
    inputs: hashOf("removed"),
    produces: "room: Go's modules and what it compiled take some GB",
    needs: builders,
    takes: 5,
    present: async () => !existsSync(goCachesOf(cache)),
    run: async () => removeGoCaches(cache),
  };
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(directory, entry.name));
  }
}
