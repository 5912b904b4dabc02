import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkRole } from "../platform/network-roles.ts";
import type { LocalPage, Platform } from "../platform/platform.ts";
import type { DockerSocket } from "./docker-socket.ts";

/** A POSIX shell script that runs on the host when its resource is made, changed or deleted. */
export interface StepArgs {
  /** The script, for a new resource and for a changed one. It may be cut off at any point and run again. */
  readonly script: pulumi.Input<string>;
  /** The script that takes it back. @default - nothing */
  readonly remove?: string;
  /** Standard input of the script. @default - none */
  readonly stdin?: string;
  /** The script runs again when one of these changes. @default [] */
  readonly triggers?: readonly pulumi.Input<string>[];
}

/** A machine with a Docker engine, as this folder sees it: what no component needs to know of its platform. */
export interface EngineHost extends Platform {
  /** The provider that all Docker resources on this host use. */
  readonly provider: docker.Provider;
  /** Where the engine keeps its data on the host: the containers' logs are in it. */
  readonly dataRoot: string;
  /** Where the engine listens; for the socket proxy alone. */
  readonly dockerSocket: DockerSocket;
  /** Labels of everything on this host. */
  labels(component: string): Record<string, string>;
  /** The network of a role. */
  network(role: NetworkRole): docker.Network;
  /** Runs a script on the host. It finds the `docker` command, which speaks to the host's own engine. */
  step(name: string, args: StepArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  /**
   * Runs a script on the host at once, while the program runs: for what belongs to the making of another resource.
   *
   * @throws Error with what it printed, where it fails or takes more than a minute.
   */
  runNow(script: string): Promise<void>;
  /**
   * Declares a page on the loopback: the host's door publishes it.
   *
   * @throws pulumi.InputPropertiesError when the door is made already, and no other is awaited.
   */
  addPage(page: LocalPage): void;
}
