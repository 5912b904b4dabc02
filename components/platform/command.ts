#!/usr/bin/env node
/** The command `vigie` of the package. `vigie env` prints the variables that Pulumi needs on this machine. */

import { realpathSync } from "node:fs";
import { quote } from "../../config/landing.ts";
import { type Environment, rememberedMachine } from "../docker/remembered-machine.ts";

/** What a command prints, and how it ends. */
export interface Printed {
  /** For a shell's `eval`. */
  readonly stdout: string;
  /** For a person. */
  readonly stderr: string;
  /** Exit code. */
  readonly code: number;
}

const USAGE = `The command is \`vigie env\`: eval "$(npx vigie env)" sets what Pulumi needs on this machine.\n`;

/**
 * Runs the command. A machine where Vigie has made nothing needs no variables: Pulumi's own CLI, plugins and images are
 * used there as they are.
 */
export function command(args: readonly string[], env: Environment = process.env): Printed {
  if (args.length !== 1 || args[0] !== "env") return { stdout: "", stderr: USAGE, code: args[0] === "--help" ? 0 : 2 };
  const known = rememberedMachine(env);
  if (known === undefined || Object.keys(known.variables).length === 0) {
    const stderr = "Nothing is made by Vigie on this machine: Pulumi is used as it is.\n";
    return { stdout: "", stderr, code: 0 };
  }
  const variables: Record<string, string> = { ...known.variables, PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (known.dockerHost !== undefined && !env.DOCKER_HOST) variables.DOCKER_HOST = known.dockerHost;
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return { stdout: lines.sort().join(""), stderr: "", code: 0 };
}

// npm starts it by a link.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  const { stdout, stderr, code } = command(process.argv.slice(2));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
