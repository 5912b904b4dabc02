/** Hashes of the things that shape a product. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The SHA-256 of values, in their order, as hexadecimal digits. */
export function hashOf(...values: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const value of values) hash.update(`${JSON.stringify(value) ?? "undefined"}\n`);
  return hash.digest("hex");
}

/** The SHA-256 of a file, or of every file below a directory with its path. */
export function hashOfPath(path: string): string {
  if (!statSync(path).isDirectory()) return createHash("sha256").update(readFileSync(path)).digest("hex");
  const names = readdirSync(path).sort();
  return hashOf(...names.map((name) => [name, hashOfPath(join(path, name))]));
}
