/** What a kind of store does to be kept, and to be brought back. */

import type { Readable } from "node:stream";
import type { BackupSource } from "../../config/backup.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Job } from "../containers/job.ts";
import type { Beside, Looked } from "./beside.ts";

/** One file of a backup on its way back. */
export interface KeptPart {
  /** Name within its source: the database, or `files`. */
  readonly name: string;
  /** What lies beside it. */
  readonly beside: Beside;
  /** Its bytes, unpacked as they are read. */
  read(): Promise<Readable>;
}

/** A part that is back, beside what it will take the place of. Whoever uses the store sees nothing of it yet. */
export interface Staged {
  /** Puts it in the place of what is there, which is kept. */
  swap(): Promise<void>;
  /** Puts back what was there. */
  undo(): Promise<void>;
  /** Removes what is no longer needed: what was there after a swap, and else what was brought back. */
  clear(): Promise<void>;
}

/** A kind of store. */
export interface BackupKind<Source extends BackupSource = BackupSource> {
  /**
   * The version of what runs, with its flavour: `18.6`, `mariadb 11.8.9`.
   *
   * @throws Error when it does not run
   */
  version(engine: ContainerEngine, source: Source): Promise<string>;
  /** The names of its files: databases, or `files`. */
  parts(source: Source): readonly string[];
  /**
   * What a part has beside what is dumped, and what of it could not come back.
   *
   * @throws Error when the store does not say
   */
  look(engine: ContainerEngine, source: Source, part: string): Promise<Looked>;
  /** What writes a part to standard output, consistent in itself while others write. */
  dump(source: Source, part: string, beside: Beside): Job;
  /**
   * Brings a part back beside what is there, with the rights of its owner and no more.
   *
   * @throws Error when it can't be brought back; then nothing is left of it
   */
  stage(engine: ContainerEngine, source: Source, part: KeptPart): Promise<Staged>;
  /** Containers that must stand still while a part takes its place, by name. */
  users(engine: ContainerEngine, source: Source): Promise<readonly string[]>;
}
