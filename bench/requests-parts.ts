/** What the benchmark of requests runs, in the versions that the services pin. */

import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { hashOf, hashOfPath } from "../offline/hash.ts";
import type { Reporter } from "../offline/report.ts";
import { productOf, runSteps, type Step } from "../offline/steps.ts";

/** Where the parts lie. */
export interface RequestsParts {
  /** The server in Node, beside its instrumentation. */
  readonly nodeServer: string;
  /** Python with the packages of the recommender. */
  readonly python: string;
  /** Directories that Python looks into. */
  readonly pythonPath: string;
  /** The program that sends requests. */
  readonly autocannon: string;
}

/** Words of `npm ci` for what is installed to be run. */
export const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"] as const;

/**
 * Installs what is missing into the cache, and puts the sources of this repository together in a directory that is made
 * anew.
 *
 * @throws StepError when packages can't be had.
 */
export async function requestsParts(
  root: string,
  cache: string,
  directory: string,
  reporter: Reporter,
): Promise<RequestsParts> {
  const load = npmStep("bench-requests-load", "autocannon", join(root, "bench/requests"));
  const node = npmStep("bench-requests-node", "packages of orders", join(root, "services/storefront/orders"));
  const python = pythonStep(join(root, "services/storefront/recommender/requirements.txt"));
  await runSteps([load, node, python], { cache, reporter });
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, "telemetry"), { recursive: true });
  // Node looks for packages above the files that import them.
  symlinkSync(join(productOf(cache, node.id), "node_modules"), join(directory, "node_modules"));
  cpSync(join(root, "services/telemetry/node"), join(directory, "telemetry/node"), { recursive: true });
  cpSync(join(root, "bench/requests/server.mjs"), join(directory, "server.mjs"));
  return {
    nodeServer: join(directory, "server.mjs"),
    python: join(productOf(cache, python.id), "venv/bin/python"),
    pythonPath: [join(root, "bench/requests"), join(root, "services/telemetry/python")].join(":"),
    autocannon: join(productOf(cache, load.id), "node_modules/autocannon/autocannon.js"),
  };
}

/** What installs the packages of a folder with a `package-lock.json`. */
export function npmStep(id: string, name: string, source: string): Step {
  const files = ["package.json", "package-lock.json"];
  return {
    id,
    name,
    inputs: hashOf(...files.map((file) => hashOfPath(join(source, file))), process.versions.node),
    produces: "node_modules/",
    fix: "see that `npm ci` works here, then run the same command again.",
    async run({ directory, run }) {
      for (const file of files) cpSync(join(source, file), join(directory, file));
      await run("npm", ["ci", "--omit=dev", ...QUIET], { cwd: directory });
    },
  };
}

function pythonStep(requirements: string): Step {
  return {
    id: "bench-requests-python",
    name: "packages of recommender",
    inputs: hashOfPath(requirements),
    produces: "venv/",
    fix: "see that `python3 -m venv` and pip work here, then run the same command again.",
    async run({ directory, run }) {
      const venv = join(directory, "venv");
      await run("python3", ["-m", "venv", venv]);
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
      const exact = ["--require-hashes", "--only-binary", ":all:", "--requirement", requirements];
      await run(join(venv, "bin/python"), [...pip, ...exact]);
    },
  };
}
