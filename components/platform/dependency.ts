import type * as pulumi from "@pulumi/pulumi";
import type { NetworkRole } from "./network-roles.ts";
import type { Dial } from "./paths.ts";

/** How a service reaches something that it uses. */
export interface Connection {
  /** Settings for its environment. Never a secret. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets for its directory `/run/secrets`: file name to content. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** The network that it must join. */
  readonly network: NetworkRole;
  /** Where it is reached in that network, `host:port`: each of its replicas. */
  readonly reaches: readonly string[];
  /** What must be healthy before the service starts. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** What a service connects to of all that it uses. */
export function dialsOf(uses: readonly Dependency[], connections: readonly Connection[]): readonly Dial[] {
  return connections.map(({ reaches }, index) => ({ to: reaches, why: `uses ${uses[index]?.name}` }));
}

/** Whatever a service may name in its `uses`: a data store, or another service. */
export interface Dependency {
  /** Its name in the program. */
  readonly name: string;
  /**
   * Prometheus scrapes an exporter beside it, so a target that is down says nothing of the thing itself.
   *
   * @default false
   */
  readonly exporter?: boolean;
  /**
   * Whoever uses it does without when it is away: then its outage is no reason for what its users feel, and mutes
   * nothing.
   *
   * @default false
   */
  readonly optional?: boolean;
  /**
   * Its caller calls it by the client in `services/calls`, whose metrics are watched.
   *
   * @default false
   */
  readonly counted?: boolean;
  /**
   * The connection for one service.
   *
   * @throws pulumi.InputPropertiesError when there is none for it
   */
  connectionFor(service: string): Connection;
}
