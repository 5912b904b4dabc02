import type { Containers } from "./containers.ts";

/** Containers are taken out of one of their networks. */
export interface Cut {
  readonly kind: "cut";
  /** What is taken out; each comes back with the names that it had. */
  readonly containers: Containers;
  /** The network's name in the program: `observability`. */
  readonly network: string;
}
