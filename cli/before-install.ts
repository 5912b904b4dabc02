/**
 * What can be said before a package is installed: that this machine can't run containers. Imports nothing that npm has
 * to bring.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasApt, isRoot } from "../offline/machine.ts";
import { neededFor, type Tried, tryAbilities } from "../offline/preflight.ts";
import { checkAbilities, formatChecks } from "./checks.ts";
import type { Environment } from "./places.ts";

/** Where to look. */
export interface BeforeInstall {
  /** The command and its arguments. */
  readonly args: readonly string[];
  /** The environment. */
  readonly env: Environment;
  /** The clone. */
  readonly clone: string;
  /** Whether a daemon would be started here: root on a Debian whose Docker has no socket. */
  readonly starts: boolean;
}

/** Whether the command would start a Docker daemon on this machine, as far as it can be told without reading YAML. */
export function startsDaemon({ args, env, clone, starts }: BeforeInstall): boolean {
  if (args[0] !== "up" || !starts || env.DOCKER_HOST) return false;
  const at = args.indexOf("--stack");
  const stack = at < 0 ? "dev" : (args[at + 1] ?? "");
  const file = join(clone, `Pulumi.${stack}.yaml`);
  // A stack on another host needs no engine here; which one it is, is read later.
  return !(existsSync(file) && /^\s*(vigie:)?(host|monitoringHost)\s*:/m.test(readFileSync(file, "utf8")));
}

/** What stands in the way, as text; undefined where nothing is known to. */
export function refusal(tried: readonly Tried[]): string | undefined {
  const problems = checkAbilities("Docker is not running", tried).filter(({ status }) => status === "problem");
  return problems.length === 0 ? undefined : `nothing was changed, because of this:\n${formatChecks(problems)}`;
}

if (process.argv[1] === import.meta.filename) {
  const starts = isRoot() && hasApt() && !existsSync("/var/run/docker.sock");
  const clone = join(import.meta.dirname, "..");
  if (startsDaemon({ args: process.argv.slice(2), env: process.env, clone, starts })) {
    const words = refusal(await tryAbilities(neededFor("containers")));
    if (words !== undefined) {
      process.stderr.write(`\nerror: ${words}\n`);
      process.exitCode = 1;
    }
  }
}
