/** What a container engine says of what it holds. */

/** Which containers are meant; each word narrows it. */
export interface Wanted {
  /** Of which stack, `<project>/<stack>`. @default - of any, or of none */
  readonly stack?: string;
  /** Of which component. @default - of any */
  readonly component?: string;
  /** With which label, by name and value. @default - with any */
  readonly label?: readonly [name: string, value: string];
  /** With which beginning of the name. @default - with any */
  readonly begins?: string;
  /** That have this volume. @default - any */
  readonly volume?: string;
  /** Whether those that do not run are meant, too. @default false */
  readonly stopped?: boolean;
}

/** A container in a list. */
export interface Listed {
  /** The engine's own id of it. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The component that it is of; its own name where it is of none. */
  readonly component: string;
  /** `running`, `exited`, `restarting`, … */
  readonly state: string;
  /** What its healthcheck says. @default - it has none */
  readonly health?: string;
  /** How long it is in that state, in the engine's words. */
  readonly since: string;
  /** Whether it was made to run at all: what has only brought secrets into a volume was not. */
  readonly runs: boolean;
}

/** A container, looked at closely. */
export interface Inspected {
  /** The engine's own id of it. */
  readonly id: string;
  /** Id of its image. */
  readonly image: string;
  /** Who runs it, as it was declared: `999:998`. */
  readonly user: string;
  /** Whether it runs. */
  readonly running: boolean;
  /** The network that it was made in. */
  readonly network: string;
  /** All networks that it is in. */
  readonly networks: readonly JoinedNetwork[];
  /** What of elsewhere it has among its files. */
  readonly mounts: readonly FoundMount[];
}

/** A network that a container is in. */
export interface JoinedNetwork {
  /** The network's name. */
  readonly name: string;
  /** What the container is called there, besides its own name and the engine's id of it. */
  readonly aliases: readonly string[];
}

/** A directory of elsewhere among a container's files. */
export interface FoundMount {
  /** Whether it is a directory of the host, or a volume. */
  readonly kind: "directory" | "volume";
  /** The directory of the host; a volume's name. */
  readonly from: string;
  /** Where it is in the container. */
  readonly at: string;
}

/** How a container is, or how it ended. */
export interface ContainerState {
  /** `running`, `exited`, `restarting`, … */
  readonly status: string;
  /** Whether it runs; one that is paused does. */
  readonly running: boolean;
  /** What its program ended with last. */
  readonly exitCode: number;
  /** Whether the kernel has ended it for its memory. */
  readonly outOfMemory: boolean;
  /** Its healthcheck. @default - it has none */
  readonly health?: {
    /** `starting`, `healthy`, `unhealthy`. */
    readonly status: string;
    /** What it said last; empty where it has said nothing. */
    readonly said: string;
  };
}

/** A container, network or volume of a stack. */
export interface StackObject {
  /** What it is. */
  readonly kind: "container" | "network" | "volume";
  /** The engine's own id of it; a volume's name. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The host that it is on, where that is not this machine. */
  readonly host?: string;
  /** Whether it is a volume that holds what no deployment can make again. */
  readonly data: boolean;
}

/** An image that an engine has. */
export interface PresentImage {
  /** Repository and tag. */
  readonly reference: string;
  /** Whether a container, running or not, is made of it. */
  readonly inUse: boolean;
}
