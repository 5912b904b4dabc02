import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The cache directory: `$VIGIE_CACHE`, else `$XDG_CACHE_HOME/vigie`, else `~/.cache/vigie`. Safe to delete. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.VIGIE_CACHE) return resolve(env.VIGIE_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, "vigie");
  return join(homedir(), ".cache", "vigie");
}
