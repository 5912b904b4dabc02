/** The images of a container engine. */

import type { Attempt } from "../attempt.ts";
import type { PresentImage } from "./found.ts";
import type { Opened } from "./opened.ts";

/** The images of an engine. */
export interface ImageStore {
  /** Their references. @throws EngineError when it does not answer */
  list(): Promise<readonly string[]>;
  /** Each, and whether it is in use; undefined where the engine does not answer. */
  present(): Promise<readonly PresentImage[] | undefined>;
  /** Whether there is one. */
  has(reference: string): Promise<boolean>;
  /** What they take together, in bytes, as the engine counts; 0 for one that is not there. */
  bytes(references: readonly string[]): Promise<number>;
  /** Brings one from its registry. @param onAlive told once, at the first sign that it comes */
  pull(reference: string, onAlive: () => void): Promise<Attempt>;
  /** Writes one out, for another engine to read. */
  save(reference: string): Opened;
  /** Reads what another engine wrote. */
  load(): Opened;
  /** Removes some. @returns why one stays, in the engine's words */
  remove(references: readonly string[]): Promise<string | undefined>;
  /**
   * Copies a file out of one.
   *
   * @returns false where the image is not there; a file that is not in it is not written
   */
  copyOut(reference: string, path: string, to: string): Promise<boolean>;
}
