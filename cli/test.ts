/** `npm test`: unit and contract tests; no Docker needed. */

import { globSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { cacheDirectory } from "../offline/cache.ts";
import { prepareOffline } from "../offline/index.ts";
import { createReporter, type Reporter } from "../offline/report.ts";
import { findTool, type ToolName, toolNames } from "../offline/tools.ts";
import { type Environment, root } from "./places.ts";
import { runInTerminal } from "./run.ts";
import { withoutMachines } from "./test-machines.ts";
import { bringTestPackages, thisMachine } from "./test-packages.ts";

/** A workload's own tests: a script that takes `--junitxml=<file>`. */
export interface ServiceSuite {
  /** The system's and the workload's folder names, `storefront-catalog`; the system's alone where it is one package. */
  readonly name: string;
  /** Path of the script. */
  readonly script: string;
}

/** What brings tests: each workload, `services/<system>/<workload>/test.sh`, and each system that is one package. */
export function serviceSuites(directory: string = join(root, "services")): ServiceSuite[] {
  return globSync("{*/test.sh,*/*/test.sh}", { cwd: directory })
    .sort()
    .map((path) => ({ name: dirname(path).replace("/", "-"), script: join(directory, path) }));
}

/**
 * Runs vitest's unit project, then the services' own tests, with the real programs that they need. Arguments go to
 * vitest; with any, only vitest runs. `$VIGIE_RESULTS` names a directory for machine-readable reports.
 */
export async function test(args: readonly string[]): Promise<number> {
  const suites = args.length === 0 ? serviceSuites() : [];
  const cache = cacheDirectory();
  const reporter = createReporter();
  const parts = suites.length > 0 ? (["unit", "services"] as const) : (["unit"] as const);
  const lacking = await bringTestPackages(parts, thisMachine(cache, reporter), reporter.note);
  await prepareTools(cache, reporter);
  const results = process.env.VIGIE_RESULTS;
  const machines = await withoutMachines();
  if (machines.note !== undefined) reporter.note(machines.note);
  const codes = [await vitest("unit", [...args, ...machines.args])];
  for (const { name, script } of suites) {
    process.stderr.write(`\n${name}: its own tests\n`);
    const report = results === undefined ? [] : [`--junitxml=${join(results, `${name}.xml`)}`];
    codes.push(await runInTerminal(["sh", script, ...report], { cwd: root, env: withTools(process.env, placeOf) }));
  }
  const failed = codes.find((code) => code !== 0) ?? 0;
  // It stood before some thousand lines.
  if (failed !== 0 && lacking !== undefined) reporter.note(`\n${lacking}`);
  return failed;
}

/** An environment in which the services' tests find the server that offline made, where the machine has none. */
export function withTools(env: Environment, place: (name: ToolName) => string | undefined): Environment {
  const redis = place("redis-server");
  return redis === undefined ? env : { ...env, PATH: [env.PATH, dirname(redis)].filter(Boolean).join(delimiter) };
}

/** Where a tool was found: its path, in offline's cache or elsewhere on the machine. */
function placeOf(name: ToolName): string | undefined {
  try {
    return findTool(name);
  } catch {
    return undefined;
  }
}

/**
 * Sees to the programs that tests run, and says where each comes from; without one, its tests fail and say so. Those that
 * are made here are of the versions that run in containers; a machine's own may be older, and are the second choice.
 */
async function prepareTools(cache: string, reporter: Reporter): Promise<void> {
  const unmade = toolNames.filter((name) => placeOf(name)?.startsWith(cache + sep) !== true);
  if (unmade.length > 0) {
    const needs = { cli: false, plugins: false, docker: false, images: [], tools: unmade };
    try {
      await prepareOffline(needs, { cache, node: process.execPath, reporter });
    } catch (error) {
      const missing = unmade.filter((name) => placeOf(name) === undefined);
      if (missing.length > 0) {
        reporter.note(`${missing.join(", ")} can't be made here: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  for (const name of toolNames) {
    const path = placeOf(name);
    const origin = path?.startsWith(cache + sep) ? "made by offline/" : "of this machine";
    reporter.note(path === undefined ? `  ${name}: missing` : `  ${name}: ${origin}, ${path}`);
  }
}

/** Runs one of vitest's projects in this terminal. */
export function vitest(
  project: "unit" | "e2e",
  args: readonly string[],
  env: Environment = process.env,
): Promise<number> {
  const results = process.env.VIGIE_RESULTS;
  const reports =
    results === undefined
      ? []
      : ["--reporter=default", "--reporter=json", `--outputFile.json=${join(results, `${project}.json`)}`];
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  const command = [process.execPath, program, "run", "--project", project, ...reports, ...args];
  return runInTerminal(command, { cwd: root, env });
}
