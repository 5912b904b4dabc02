import type { Containers } from "./containers.ts";

/** A program is asked for what it refuses, from inside its network. */
export interface Requests {
  readonly kind: "requests";
  /** What is asked: the first of them. */
  readonly containers: Containers;
  /** The port. */
  readonly port: number;
  /** The path. */
  readonly path: string;
  /** A body, which is posted as JSON; `{n}` in it is another number each time. @default - none: a GET */
  readonly json?: string;
  /** How many a second. @default 1 */
  readonly perSecond?: number;
}
