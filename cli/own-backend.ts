/** The backend and the passphrase that are ours, where the user has none. */

import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { PulumiEnvironment } from "./environment.ts";
import { privateDirectory } from "./places.ts";

/** Directory of a `file://` backend; undefined for another one, and for `file://~`, which is the user's home. */
export function fileBackend(url: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** Makes what the variables of Pulumi lead to, where that is ours and not there yet: Pulumi makes neither by itself. */
export function makeOwnBackend({ backend, ownBackend, ownPassphrase }: PulumiEnvironment): void {
  if (ownPassphrase !== undefined && !existsSync(ownPassphrase)) {
    privateDirectory(dirname(ownPassphrase));
    writeFileSync(ownPassphrase, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  }
  const directory = fileBackend(backend);
  if (ownBackend && directory !== undefined) privateDirectory(directory);
}
