import type { Containers } from "./containers.ts";

/** Containers are stopped, as by hand. */
export interface Stop {
  readonly kind: "stop";
  /** What is stopped, and started again by the repair. */
  readonly containers: Containers;
}
