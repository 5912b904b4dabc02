/** Writes a backup: one directory, whole or not there. */

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BackupSource } from "../../config/backup.ts";
import type { DockerCommand } from "../docker-command.ts";
import { kindOf } from "./index.ts";
import { MANIFEST, type Manifest, manifestOf, type SavedPart, type SavedSource } from "./manifest.ts";
import { save } from "./stream.ts";

/** What is kept, and where. */
export interface SaveArgs {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** What it has. */
  readonly sources: readonly BackupSource[];
  /** The engine that it runs on. */
  readonly engine: DockerCommand;
  /** The directory; it must not be there. */
  readonly directory: string;
  /** Told of each file that is written. @default - nobody */
  readonly said?: (line: string) => void;
}

/**
 * Writes a backup. Databases come first: a row that names a file is older than the file's copy then.
 *
 * @throws Error when a store does not answer or the disk is full; then there is no directory
 */
export async function saveBackup(args: SaveArgs): Promise<Manifest> {
  const { stack, engine, directory, said = () => undefined } = args;
  if (existsSync(directory)) throw new Error(`${directory} is there already: a backup is never written over.`);
  const beside = `${directory}.part`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  try {
    const made = new Date();
    const saved: SavedSource[] = [];
    for (const source of databasesFirst(args.sources)) {
      const kind = kindOf(source);
      const version = await kind.version(engine, source);
      const parts: SavedPart[] = [];
      for (const { name, dump } of kind.parts(source)) {
        const file = `${source.kind}.${source.name}.${name}.gz`;
        const measured = await save(engine, dump, join(beside, file), `${name} of ${source.name}`);
        said(`${file}: ${measured.bytes} bytes`);
        parts.push({ name, file, ...measured });
      }
      saved.push({ kind: source.kind, name: source.name, version, parts });
    }
    const manifest = manifestOf(stack, made, saved);
    writeFileSync(join(beside, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, directory);
    return manifest;
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}

function databasesFirst(sources: readonly BackupSource[]): readonly BackupSource[] {
  const volumes = sources.filter(({ kind }) => kind === "volume");
  return [...sources.filter(({ kind }) => kind !== "volume"), ...volumes];
}
