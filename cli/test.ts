/** `npm test`: unit and contract tests; no Docker needed. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./places.ts";
import { runInTerminal } from "./run.ts";

/** Test suites of workloads, which bring their own runner. */
const serviceSuites = [{ name: "catalog", script: join(root, "services", "storefront", "catalog", "test.sh") }];

/**
 * Runs vitest's unit project, then the services' own tests. Arguments go to vitest; with any, only vitest runs.
 * `$VIGIE_RESULTS` names a directory for machine-readable reports.
 */
export async function test(args: readonly string[]): Promise<number> {
  const results = process.env.VIGIE_RESULTS;
  const codes = [await vitest("unit", args)];
  for (const { name, script } of args.length === 0 ? serviceSuites : []) {
    if (!existsSync(script)) continue;
    process.stderr.write(`\n${name}: its own tests\n`);
    const report = results === undefined ? [] : [`--junitxml=${join(results, `${name}.xml`)}`];
    codes.push(await runInTerminal(["bash", script, ...report], { cwd: root }));
  }
  return codes.find((code) => code !== 0) ?? 0;
}

/** Runs one of vitest's projects in this terminal. */
export function vitest(
  project: "unit" | "e2e",
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<number> {
  const results = process.env.VIGIE_RESULTS;
  const reports =
    results === undefined
      ? []
      : ["--reporter=default", "--reporter=json", `--outputFile.json=${join(results, `${project}.json`)}`];
  const program = join(root, "node_modules", "vitest", "vitest.mjs");
  return runInTerminal([process.execPath, program, "run", "--project", project, ...reports, ...args], {
    cwd: root,
    env,
  });
}
