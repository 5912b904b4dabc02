import type { Containers } from "./containers.ts";

/**
 * A program has no memory left for data: the same program, from the same image and with the same files, in the place of the
 * one that is stopped, with a limit of its own that is reached. Whose data it is stays where it is, and is untouched.
 */
export interface FullMemory {
  readonly kind: "full-memory";
  /** A single container, which is not among those that only root runs. */
  readonly containers: Containers;
  /** Where the program keeps its data, as it sees it: `/data`. */
  readonly directory: string;
  /** More words for the program, which say how little it may keep. */
  readonly words: readonly string[];
}
