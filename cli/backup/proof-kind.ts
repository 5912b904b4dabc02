/** What a kind of store does to show that a backup of it comes back. */

import type { BackupSource } from "../../config/backup.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Job, NewContainer } from "../containers/job.ts";
import type { Beside } from "./beside.ts";

/** A place that is thrown away. */
export interface ScratchArgs {
  /** A name for its container or volume. */
  readonly name: string;
  /** Labels that mark it as to be thrown away. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A kind of store that can be tried. */
export interface ProofKind<Source extends BackupSource = BackupSource> {
  /**
   * Starts an empty store of the same image, which nothing reaches, with the databases of the source and with what a
   * superuser has given those.
   *
   * @throws Error when it does not start
   */
  scratch(engine: ContainerEngine, source: Source, args: ScratchArgs): Promise<Source>;
  /** What prints a part of a store as text. */
  text(source: Source, part: string, beside: Beside): Job;
  /** What makes the same text of a kept part on its input; none where it is that text. */
  kept(source: Source): Job | undefined;
  /** Lines that differ from one writing to the next, and say nothing of the data. */
  readonly noise: RegExp;
  /** Whether lines come in no order. */
  readonly sorted: boolean;
  /** Rows of each table, or files, by name. */
  count(engine: ContainerEngine, source: Source, part: string): Promise<ReadonlyMap<string, number>>;
}

/** What a container of a scratch store is started with, whatever is in it. */
export const ISOLATED = { readOnly: true, init: true } as const satisfies Partial<NewContainer>;
