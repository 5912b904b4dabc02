/** Writes a backup: one directory, whole or not there. */

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BackupSource } from "../../config/backup.ts";
import { type Problem, refuseIf } from "../../services/problems.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Beside } from "./beside.ts";
import { kindOf } from "./index.ts";
import { type Manifest, manifestOf, type SavedPart, type SavedSource, writeManifest } from "./manifest.ts";
import { SEALED, type Turn } from "./sealing.ts";
import { save } from "./stream.ts";

/** What is kept, and where. */
export interface SaveArgs {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** What it has. */
  readonly sources: readonly BackupSource[];
  /** The engine that it runs on. */
  readonly engine: ContainerEngine;
  /** The directory; it must not be there. */
  readonly directory: string;
  /** What makes it unreadable for others. @default - it is not sealed */
  readonly seal?: Turn | undefined;
  /** Told of each file that is written. @default - nobody */
  readonly said?: (line: string) => void;
}

/**
 * Writes a backup. Databases come first: a row that names a file is older than the file's copy then.
 *
 * @throws DeclarationError with all that could not come back as it is, before anything is written
 * @throws Error when a store does not answer or the disk is full; then there is no directory
 */
export async function saveBackup(args: SaveArgs): Promise<Manifest> {
  const { stack, engine, directory, said = () => undefined } = args;
  if (existsSync(directory)) throw new Error(`${directory} is there already: a backup is never written over.`);
  const unfinished = `${directory}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  try {
    const made = new Date();
    const saved: SavedSource[] = [];
    for (const { source, version, looked } of await lookAtAll(engine, args.sources)) {
      const kind = kindOf(source);
      const parts: SavedPart[] = [];
      for (const [name, beside] of looked) {
        const file = `${source.kind}.${source.name}.${name}.gz${args.seal === undefined ? "" : SEALED}`;
        const words = kind.dump(source, name, beside);
        const measured = await save(engine, words, join(unfinished, file), `${name} of ${source.name}`, args.seal);
        said(`${file}: ${measured.bytes} bytes`);
        parts.push({ name, file, ...measured, beside });
      }
      saved.push({ kind: source.kind, name: source.name, version, parts });
    }
    const manifest = manifestOf(stack, made, saved);
    await writeManifest(unfinished, manifest, args.seal);
    renameSync(unfinished, directory);
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

interface LookedSource {
  readonly source: BackupSource;
  readonly version: string;
  readonly looked: readonly (readonly [part: string, beside: Beside])[];
}

/** A backup that could not come back would be found out on the day when it is needed. */
async function lookAtAll(engine: ContainerEngine, sources: readonly BackupSource[]): Promise<readonly LookedSource[]> {
  const problems: Problem[] = [];
  const all: LookedSource[] = [];
  for (const source of databasesFirst(sources)) {
    const kind = kindOf(source);
    const version = await kind.version(engine, source);
    const looked: (readonly [string, Beside])[] = [];
    for (const part of kind.parts(source)) {
      const { refused, present: _, ...beside } = await kind.look(engine, source, part);
      looked.push([part, beside]);
      const property = `${part} of ${source.kind} ${source.name}`;
      const allowed = "what its owner can bring back: docs/backup.md says what that is";
      problems.push(...refused.map((given) => ({ property, given, allowed })));
    }
    all.push({ source, version, looked });
  }
  refuseIf("the stack as it is for a backup", problems);
  return all;
}

function databasesFirst(sources: readonly BackupSource[]): readonly BackupSource[] {
  const volumes = sources.filter(({ kind }) => kind === "volume");
  return [...sources.filter(({ kind }) => kind !== "volume"), ...volumes];
}
