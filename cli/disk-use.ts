/** How much of a disk paths take, as `du` counts it. */

import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

const blockBytes = 512;

/** Bytes that the paths take with all that is in them; a file with two names is counted once, what isn't there is 0. */
export async function diskUse(paths: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const add = async (path: string): Promise<void> => {
    let stats: Stats;
    try {
      stats = await lstat(path);
    } catch {
      return;
    }
    const key = `${stats.dev}:${stats.ino}`;
    if (seen.has(key)) return;
    seen.add(key);
    bytes += stats.blocks * blockBytes;
    if (!stats.isDirectory()) return;
    const names = await readdir(path).catch(() => [] as string[]);
    for (const name of names) await add(join(path, name));
  };
  for (const path of paths) await add(path);
  return bytes;
}
