/** What a backup says of itself, and whether it is whole. */

import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Problem, refuseIf } from "../../services/problems.ts";
import { type Beside, isBeside } from "./beside.ts";
import { SEALED, type Turn } from "./sealing.ts";
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

/** A backup that was looked at, and is whole. */
export interface Backup {
  /** What it says of itself. */
  readonly manifest: Manifest;
  /** Opens its files, where they are sealed. */
  readonly open?: Turn;
}

/**
 * Writes a manifest into a backup's directory.
 *
 * @param seal what makes it unreadable for others. @default - it is not sealed
 */
export async function writeManifest(directory: string, manifest: Manifest, seal?: Turn): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (seal === undefined) return writeFileSync(join(directory, MANIFEST), text, { mode: 0o600 });
  const sealed = seal(Readable.from([Buffer.from(text)]));
  writeFileSync(join(directory, MANIFEST + SEALED), await bufferOf(sealed), { mode: 0o600 });
}

/** How a backup is read. */
export interface ReadOptions {
  /** Opens what is sealed. @default - nothing can */
  readonly open?: Turn | undefined;
  /** Whether one that is not sealed is refused: anybody may have written it. @default - where something opens */
  readonly onlySealed?: boolean;
}

/**
 * Reads a backup's manifest, and looks whether each file is the one that was written.
 *
 * @throws DeclarationError with every file that is missing, shorter, longer, or another; or when it is sealed and does
 * not open, or is not sealed and should be
 */
export async function readBackup(directory: string, options: ReadOptions = {}): Promise<Backup> {
  const { manifest, open } = await readManifest(directory, options);
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
  return open === undefined ? { manifest } : { manifest, open };
}

async function readManifest(directory: string, options: ReadOptions): Promise<Backup> {
  const { open, onlySealed = open !== undefined } = options;
  const wrong = (property: string, given: unknown, allowed: string, fix?: string): never => {
    refuseIf(`the backup ${directory}`, [{ property, given, allowed, ...(fix === undefined ? {} : { fix }) }]);
    throw new Error("unreachable");
  };
  const sealed = join(directory, MANIFEST + SEALED);
  // One that stands beside it is never read instead: a thief can write that.
  if (existsSync(sealed)) {
    if (open === undefined) {
      return wrong(MANIFEST + SEALED, "a sealed backup, and no key", "--identity <file> with a private key of age");
    }
    const text = await bufferOf(open(createReadStream(sealed))).catch((error: Error) =>
      wrong(MANIFEST + SEALED, error.message, "a file that is whole, and sealed for one of the keys"),
    );
    return { manifest: manifestIn(String(text), MANIFEST + SEALED, wrong), open };
  }
  let text: string;
  try {
    text = readFileSync(join(directory, MANIFEST), "utf8");
  } catch {
    return wrong(MANIFEST, undefined, "a directory that `npm run backup` has written");
  }
  if (onlySealed) {
    const fix =
      "Where it was made before backups were sealed, and lay where nobody else writes: restore it without --identity and vigie:backupRecipients.";
    return wrong(MANIFEST, "a backup that is not sealed: anybody may have written it", "a sealed one", fix);
  }
  return { manifest: manifestIn(text, MANIFEST, wrong) };
}

type Wrong = (property: string, given: unknown, allowed: string) => never;

function manifestIn(text: string, file: string, wrong: Wrong): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.format !== FORMAT) return wrong(file, manifest.format, `format ${FORMAT}, which this version reads`);
    if (!Array.isArray(manifest.sources)) return wrong(file, manifest.sources, "a list of sources");
    return manifest;
  } catch (error) {
    if (error instanceof SyntaxError) return wrong(file, text.slice(0, 40), "JSON");
    throw error;
  }
}

async function bufferOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
