/** What a backup says of itself, and whether it is whole. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Problem, refuseIf } from "../../services/problems.ts";
import { type Beside, isBeside } from "./beside.ts";
import { measure } from "./stream.ts";

/** Name of the manifest in a backup's directory. */
export const MANIFEST = "manifest.json";

/** The format of the manifest. */
const FORMAT = 2;

/** One file of a backup. */
export interface SavedPart {
  /** Name within its source: the database, or `files`. */
  readonly name: string;
  /** The file, in the backup's directory. */
  readonly file: string;
  /** Its bytes. */
  readonly bytes: number;
  /** Its SHA-256. */
  readonly sha256: string;
  /** What lies beside the dump: settings, rights, how its database was made. */
  readonly beside: Beside;
}

/** What was kept of one source. */
export interface SavedSource {
  /** The kind of the source. */
  readonly kind: string;
  /** Its name in the program. */
  readonly name: string;
  /** The version of what ran, with its flavour. */
  readonly version: string;
  /** Its files. */
  readonly parts: readonly SavedPart[];
}

/** What a backup says of itself. */
export interface Manifest {
  /** Format of the manifest. */
  readonly format: number;
  /** When it was begun, in UTC. */
  readonly made: string;
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** What was kept. */
  readonly sources: readonly SavedSource[];
}

/** A manifest for some sources. */
export function manifestOf(stack: string, made: Date, sources: readonly SavedSource[]): Manifest {
  return { format: FORMAT, made: made.toISOString(), stack, sources };
}

/**
 * Reads a backup's manifest, and looks whether each file is the one that was written.
 *
 * @throws DeclarationError with every file that is missing, shorter, longer, or another
 */
export async function readBackup(directory: string): Promise<Manifest> {
  const manifest = readManifest(directory);
  const parts = manifest.sources.flatMap((source) => source.parts);
  const problems: Problem[] = [];
  for (const { file, bytes, sha256, beside } of parts) {
    if (!isBeside(beside)) {
      problems.push({ property: `${MANIFEST}, ${file}`, given: beside, allowed: "made, settings, grants and given" });
    }
    const path = join(directory, file);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (!/^[A-Za-z0-9_.-]+$/.test(file) || file.startsWith(".")) {
      problems.push({ property: MANIFEST, given: file, allowed: "names of files in the same directory" });
    } else if (size === undefined) {
      problems.push({ property: file, given: undefined, allowed: `a file of ${bytes} bytes` });
    } else if (size !== bytes) {
      problems.push({ property: file, given: `${size} bytes`, allowed: `${bytes} bytes, as the manifest says` });
    } else if ((await measure(path)).sha256 !== sha256) {
      problems.push({ property: file, given: "another content", allowed: "the one that the manifest has the hash of" });
    }
  }
  refuseIf(`the backup ${directory}`, problems);
  return manifest;
}

function readManifest(directory: string): Manifest {
  const path = join(directory, MANIFEST);
  const wrong = (given: unknown, allowed: string): never => {
    refuseIf(`the backup ${directory}`, [{ property: MANIFEST, given, allowed }]);
    throw new Error("unreachable");
  };
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return wrong(undefined, "a directory that `npm run backup` has written");
  }
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.format !== FORMAT) return wrong(manifest.format, `format ${FORMAT}, which this version reads`);
    if (!Array.isArray(manifest.sources)) return wrong(manifest.sources, "a list of sources");
    return manifest;
  } catch (error) {
    if (error instanceof SyntaxError) return wrong(text.slice(0, 40), "JSON");
    throw error;
  }
}
