import { readFileSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "../../config/cache-directory.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What Vigie's `npm run up` has remembered of this machine, as far as programs need it. */
export interface RememberedMachine {
  /** Whether the images are those that were made here. */
  readonly imagesMade: boolean;
  /** The variables of what was made here; `{}` where nothing of it is in use. */
  readonly variables: Readonly<Record<string, string>>;
  /** Address of the Docker engine, where the `docker` command uses another one than the default. */
  readonly dockerHost?: string;
}

/** What is remembered in the cache directory; undefined where there is nothing, or it can't be understood. */
export function rememberedMachine(env: Environment = process.env): RememberedMachine | undefined {
  try {
    const text = readFileSync(path.join(cacheDirectory(env), "machine.json"), "utf8");
    const { images, offline, dockerHost } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof offline !== "object" || offline === null) return undefined;
    return {
      imagesMade: images === "offline",
      variables: offline as Record<string, string>,
      ...(typeof dockerHost === "string" ? { dockerHost } : {}),
    };
  } catch {
    // Whoever has half a file, or none, has no machine that was prepared.
    return undefined;
  }
}
