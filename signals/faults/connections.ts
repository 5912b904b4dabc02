import type { Containers } from "./containers.ts";

/** Somebody holds connections to a program. */
export interface Connections {
  readonly kind: "connections";
  /** The program: the first of its containers is connected to. */
  readonly containers: Containers;
  /** The port. @default - they are held at `socket` */
  readonly port?: number;
  /** A Unix socket, by its path in the container, on a volume of its own. @default - they are held at `port` */
  readonly socket?: string;
  /**
   * Whether a program of the drill's own listens at `socket`, in a directory of its own, and takes none of them: then they
   * wait, and the containers know nothing of it. @default false
   */
  readonly untaken?: boolean;
  /** How many; one that is refused is tried again every second. */
  readonly count: number;
  /** Seconds until all are closed and, after about twice that time, opened again. @default - they stay open */
  readonly holds?: number;
  /** What each says once, when it is open. @default - nothing */
  readonly greets?: string;
  /** What each says every second. @default - nothing */
  readonly says?: string;
}
