import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { MANIFEST, type Manifest } from "../../../cli/backup/manifest.ts";

/** Writes other bytes in the place of a part, as somebody does who can write where the backup lies. */
export function forge(
  directory: string,
  file: string,
  packed: Buffer,
  change: (manifest: Manifest) => Manifest = (m) => m,
) {
  const manifest = JSON.parse(readFileSync(path.join(directory, MANIFEST), "utf8")) as Manifest;
  const measured = { bytes: packed.length, sha256: createHash("sha256").update(packed).digest("hex") };
  const sources = manifest.sources.map((source) => ({
    ...source,
    parts: source.parts.map((part) => (part.file === file ? { ...part, ...measured } : part)),
  }));
  writeFileSync(path.join(directory, file), packed);
  writeFileSync(path.join(directory, MANIFEST), JSON.stringify(change({ ...manifest, sources })));
}
