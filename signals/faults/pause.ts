import type { Containers } from "./containers.ts";

/** Containers stand still: they take connections and answer nothing. */
export interface Pause {
  readonly kind: "pause";
  /** What stands still: all at once. */
  readonly containers: Containers;
  /** They go on again and again: seconds that they stand still, and that they run. @default - they stand still */
  readonly beats?: { readonly still: number; readonly runs: number };
}
