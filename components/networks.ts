import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkRole } from "./host.ts";
import { toLabels } from "./labels.ts";

/** Every role of a network, and whether containers on it can reach anything outside the host. */
const ROLES = {
  edge: { internal: false },
  app: { internal: false },
  data: { internal: true },
  monitoring: { internal: false },
  // Between Traefik and the socket proxy, and nobody else.
  discovery: { internal: true },
  // FastCGI asks nobody who he is: whoever reaches PHP-FPM may run any PHP file there, with any setting.
  fastcgi: { internal: true },
} as const satisfies Record<NetworkRole, { internal: boolean }>;

/** What a host's networks need to know of it. */
export interface NetworksArgs {
  /** Name of the host: prefix of the resources. */
  readonly host: string;
  /** Physical name of a network. */
  readonly physicalName: (name: string) => string;
  /** Labels of a network. */
  readonly labels: (component: string) => Record<string, string>;
  /** Largest packet in bytes. @default - Docker's own, 1500 */
  readonly mtu?: number;
}

/** Creates the networks of a host; those for discovery and FastCGI when they are first asked for. */
export function createNetworks(
  args: NetworksArgs,
  opts: pulumi.CustomResourceOptions,
): Readonly<Record<NetworkRole, docker.Network>> {
  const create = (role: NetworkRole): docker.Network =>
    new docker.Network(
      `${args.host}-${role}`,
      {
        name: args.physicalName(role),
        driver: "bridge",
        internal: ROLES[role].internal,
        labels: toLabels(args.labels(role)),
        options: args.mtu === undefined ? {} : { "com.docker.network.driver.mtu": String(args.mtu) },
      },
      opts,
    );
  let discovery: docker.Network | undefined;
  let fastcgi: docker.Network | undefined;
  return {
    edge: create("edge"),
    app: create("app"),
    data: create("data"),
    monitoring: create("monitoring"),
    get discovery() {
      discovery ??= create("discovery");
      return discovery;
    },
    get fastcgi() {
      fastcgi ??= create("fastcgi");
      return fastcgi;
    },
  };
}
