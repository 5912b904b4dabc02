/** Free disk space: asked before a step, and named when it ran out in the middle of one. */

import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Gives the bytes that are free where a path is, or will be. */
export type FreeBytes = (path: string) => Promise<number>;

/** Room that a piece of work takes in one place. */
export interface Room {
  /** A directory; it need not exist yet. */
  readonly path: string;
  /** Bytes. */
  readonly bytes: number;
}

/** Free bytes of the file system that holds the path's nearest existing directory. */
export const freeBytesAt: FreeBytes = async (path) => {
  let place = path;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  const stats = await statfs(place);
  return stats.bavail * stats.bsize;
};

/** One sentence for each place that has too little room; `[]` when there is enough. */
export async function missingRoom(rooms: readonly Room[], free: FreeBytes = freeBytesAt): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, bytes } of rooms) {
    const available = await free(path);
    if (available < bytes) {
      problems.push(`${path} has ${formatBytes(available)} free and this step needs ${formatBytes(bytes)}.`);
    }
  }
  return problems;
}

/** Whether an error means that a disk is full. */
export function isDiskFull(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "ENOSPC" || code === "EDQUOT" || /no space left on device|disk quota exceeded/i.test(String(message));
}

/** Bytes as a person reads them: `1.5 GB`, `300 MB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.floor(bytes / 1e6)} MB`;
}
