/** Which tests reach a source file: by imports, as `vitest related` finds them, but read once for all files. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/** Tests of a file: those that reach it the shortest way, which are tried first, and all others. */
export interface Covering {
  /** Those with the fewest imports on the way to it. */
  readonly near: readonly string[];
  /** All others that reach it. */
  readonly far: readonly string[];
}

/**
 * The tests of each file among those of its own folder: a mutant in `config/` is to die by the tests of `config/`.
 *
 * @param root directory of the repository
 * @param tests the test files, from there
 */
export function coveringTests(root: string, tests: readonly string[]): (file: string) => Covering {
  const imports = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    const known = imports.get(file);
    if (known !== undefined) return known;
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"), true, true);
    const found = importedFiles
      .map(({ fileName }) => placeOf(file, fileName))
      .filter((name) => name !== undefined && existsSync(join(root, name))) as string[];
    imports.set(file, found);
    return found;
  };
  const depths = new Map(tests.map((test) => [test, depthsFrom(test, importsOf)]));
  return (file) => {
    const own = testFolder(file);
    const reaching = tests
      .filter((test) => test.startsWith(own) && depths.get(test)?.has(file) === true)
      .map((test) => ({ test, depth: depths.get(test)?.get(file) ?? 0 }));
    const least = Math.min(...reaching.map(({ depth }) => depth));
    const near = reaching.filter(({ depth }) => depth === least).map(({ test }) => test);
    return { near, far: reaching.map(({ test }) => test).filter((test) => !near.includes(test)) };
  };
}

/** Where the tests of a file are: `tests/config/` for `config/redis.ts`, `tests/cli/drill/` for what is in `cli/drill/`. */
export function testFolder(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "cli" && file.split("/").length > 2 ? `tests/cli/${second}/` : `tests/${top}/`;
}

function placeOf(from: string, name: string): string | undefined {
  if (name.startsWith(".")) return normalize(join(dirname(from), name));
  // The package's own names, as vitest.config.ts has them.
  if (name === "vigie") return "components/index.ts";
  return name.startsWith("vigie/tasks/") ? `hosts/kinds/${name.slice("vigie/tasks/".length)}.ts` : undefined;
}

function depthsFrom(test: string, importsOf: (file: string) => readonly string[]): ReadonlyMap<string, number> {
  const depths = new Map([[test, 0]]);
  let level: readonly string[] = [test];
  for (let depth = 1; level.length > 0; depth++) {
    const next = level.flatMap((file) => importsOf(file).filter((name) => name.endsWith(".ts") && !depths.has(name)));
    level = [...new Set(next)];
    for (const file of level) depths.set(file, depth);
  }
  return depths;
}
