/** What a file backend keeps of earlier updates. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PulumiCli } from "./pulumi.ts";

/** How many of the newest updates stay: in `pulumi stack history`, and as copies of the whole state. */
export const KEPT_UPDATES = { history: 20, backups: 5 } as const;

/**
 * Removes the oldest updates of a stack from the backend that our commands brought. Pulumi keeps two copies of the whole
 * state for each update, for ever: 4 MB each time with both systems. A backend that the user chose is left alone.
 *
 * @example
 * ```ts
 * pruneHistory(session.cli);
 * ```
 */
export function pruneHistory({ ownBackend, backendDirectory, settings }: PulumiCli): void {
  if (!ownBackend || backendDirectory === undefined) return;
  for (const [kind, kept] of Object.entries(KEPT_UPDATES)) {
    const directory = join(backendDirectory, ".pulumi", kind, settings.project, settings.stack);
    if (!existsSync(directory)) continue;
    const files = readdirSync(directory);
    const newest = new Set([...new Set(files.map(momentOf))].sort().slice(-kept));
    for (const file of files.filter((name) => !newest.has(momentOf(name)))) rmSync(join(directory, file));
  }
}

/** The moment in the name of a file: `dev-1795298486082830758.history.json.attrs`, `dev.1795298486089941823.json`. */
function momentOf(file: string): string {
  return /[-.](\d{19})\./.exec(file)?.[1] ?? "";
}
