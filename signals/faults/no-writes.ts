import type { Containers } from "./containers.ts";

/**
 * A program can write to no file, as on a full volume: its processes get a limit of file sizes of nothing. Only for
 * programs in Go: others are ended by the kernel's signal.
 */
export interface NoWrites {
  readonly kind: "no-writes";
  /** Whose processes get the limit. */
  readonly containers: Containers;
  /** Seconds until it can write again, where the alert comes afterwards. @default - as long as the drill needs */
  readonly seconds?: number;
  /** What it is asked meanwhile, every second: an HTTP POST to this port and path. @default - nothing */
  readonly asked?: { readonly port: number; readonly path: string };
}
