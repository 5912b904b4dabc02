/** Where the commands keep what must outlive a clone, and where the clone is. */

import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The repository's root directory. */
export const root: string = dirname(import.meta.dirname);

/** The state directory: `$VIGIE_STATE`, else `$XDG_STATE_HOME/vigie`, else `~/.local/state/vigie`. */
export function stateDirectory(env: Environment = process.env): string {
  if (env.VIGIE_STATE) return resolve(env.VIGIE_STATE);
  if (env.XDG_STATE_HOME) return resolve(env.XDG_STATE_HOME, "vigie");
  return join(homedir(), ".local", "state", "vigie");
}

/** Makes a directory that only its owner can read, and returns it. */
export function privateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
