import type { Containers } from "./containers.ts";

/** A command runs inside a container again and again, with the tools that it has. */
export interface Commands {
  readonly kind: "commands";
  /** Where it runs: in each of them. */
  readonly containers: Containers;
  /** The words of the command; it ends by itself. */
  readonly command: readonly string[];
  /** How many at once. @default 1 */
  readonly times?: number;
  /** What takes back what it leaves. @default - it leaves nothing */
  readonly mend?: readonly string[];
}
