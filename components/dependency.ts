import type * as pulumi from "@pulumi/pulumi";
import type { NetworkRole } from "./host.ts";

/** How a service reaches something that it uses. */
export interface Connection {
  /** Settings for its environment. Never a secret. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets for its directory `/run/secrets`: file name to content. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** The network that it must join. */
  readonly network: NetworkRole;
  /** What must be healthy before the service starts. */
  readonly dependsOn: readonly pulumi.Resource[];
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
   * The connection for one service.
   *
   * @throws pulumi.InputPropertiesError when there is none for it
   */
  connectionFor(service: string): Connection;
}
