import type { Containers } from "./containers.ts";

/** Containers are taken out of one of their networks. */
export interface Cut {
  readonly kind: "cut";
  readonly containers: Containers;
  /** The network's name in the program: `observability`. */
  readonly network: string;
}
