import type { Containers } from "./containers.ts";

/** Lines are added to a configuration file of a program, past the checks, and it reads them. */
export interface Config {
  readonly kind: "config";
  /** Whose file is changed: each of them has its own. */
  readonly containers: Containers;
  /** The file, as the program sees it: `/etc/prometheus/prometheus.yml`. */
  readonly file: string;
  /** What stands at its end. */
  readonly append: string;
  /** What makes the program read it: an HTTP POST to this port and path. @default - it reads by itself */
  readonly reload?: { readonly port: number; readonly path: string };
}
