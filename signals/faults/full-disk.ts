import type { Containers } from "./containers.ts";

/**
 * A program runs on a volume of a few megabytes that is full: the same program, from the same image and with the same
 * files, in the place of the one that is stopped. Whose data it is stays where it is, and is untouched.
 */
export interface FullDisk {
  readonly kind: "full-disk";
  /** A single container, which is not among those that only root runs. */
  readonly containers: Containers;
  /** Where the program keeps its data, as it sees it: `/data`. */
  readonly directory: string;
  /** Size of the volume. It is in memory: what is written to it counts. */
  readonly megabytes: number;
  /** Whether it is filled to the last byte once the program has begun. @default true */
  readonly filled?: boolean;
}
