import type { Containers } from "./containers.ts";

/** The edge shows a certificate that ends soon, in place of its own. */
export interface Certificate {
  readonly kind: "certificate";
  /** The edge: a Traefik, which reads its routes from a directory. */
  readonly containers: Containers;
  /** Seconds until it ends. */
  readonly endsIn: number;
}
