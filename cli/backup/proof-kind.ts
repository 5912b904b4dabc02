/** What a kind of store does to show that a backup of it comes back. */

import type { BackupSource } from "../../config/backup.ts";
import type { DockerCommand } from "../docker-command.ts";
import type { Beside } from "./beside.ts";

/** A place that is thrown away. */
export interface ScratchArgs {
  /** A name for its container or volume. */
  readonly name: string;
  /** Options of `docker` that mark it as to be thrown away. */
  readonly labels: readonly string[];
}

/** A kind of store that can be tried. */
export interface ProofKind<Source extends BackupSource = BackupSource> {
  /**
   * Starts an empty store of the same image, which nothing reaches, with the databases of the source and with what a
   * superuser has given those.
   *
   * @throws Error when it does not start
   */
  scratch(engine: DockerCommand, source: Source, args: ScratchArgs): Promise<Source>;
  /** Words of `docker` that print a part of a store as text. */
  text(source: Source, part: string, beside: Beside): readonly string[];
  /** Words of `docker` that make the same text of a kept part on their input; none where it is that text. */
  kept(source: Source): readonly string[] | undefined;
  /** Lines that differ from one writing to the next, and say nothing of the data. */
  readonly noise: RegExp;
  /** Whether lines come in no order. */
  readonly sorted: boolean;
  /** Rows of each table, or files, by name. */
  count(engine: DockerCommand, source: Source, part: string): Promise<ReadonlyMap<string, number>>;
}

/** What a container of a scratch store is started with, whatever is in it. */
export const ISOLATED: readonly string[] = [
  ...["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--init"],
];
