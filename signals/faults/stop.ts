import type { Containers } from "./containers.ts";

/** Containers are stopped, as by hand. */
export interface Stop {
  readonly kind: "stop";
  readonly containers: Containers;
}
