/** What a kind of store does to be kept, and to be brought back. */

import type { BackupSource } from "../../config/backup.ts";
import type { DockerCommand } from "../docker-command.ts";

/** One file of a backup: a database, or the files of a volume. */
export interface Part {
  /** Name within its source: the database, or `files`. */
  readonly name: string;
  /** Words of `docker` that write it to standard output. */
  readonly dump: readonly string[];
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
  version(engine: DockerCommand, source: Source): Promise<string>;
  /** Its files, each consistent in itself while others write. */
  parts(source: Source): readonly Part[];
  /**
   * Brings a part back beside what is there.
   *
   * @param file the part on this machine, unpacked as it is read
   * @throws Error when it can't be brought back; then nothing is left of it
   */
  stage(engine: DockerCommand, source: Source, part: string, file: string): Promise<Staged>;
  /** Containers that must stand still while a part takes its place, by name. */
  users(engine: DockerCommand, source: Source): Promise<readonly string[]>;
}
