import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkRole, PagesNetwork, SharedNetwork, StoreNetwork } from "./host.ts";
import { toLabels } from "./labels.ts";

/** Every shared role of a network, and whether containers on it can reach anything outside the host. */
const ROLES = {
  edge: { internal: false },
  app: { internal: false },
  // Prometheus asks, and everything answers that is watched. Not internal: where no name server is reached, Docker takes
  // ten seconds to say that a stopped store's name is unknown, and its exporter would answer too late to tell of it.
  scrape: { internal: false },
  // Programs send their spans, and the Collector takes them.
  telemetry: { internal: true },
  // What keeps metrics, logs and traces, and what tells people. Whoever is here may mute alerts and read all logs.
  monitoring: { internal: false },
  // The Alertmanagers, and programs of the stack that they tell.
  notify: { internal: true },
  // Between Traefik and the socket proxy, and nobody else.
  discovery: { internal: true },
} as const satisfies Record<SharedNetwork, { internal: boolean }>;

/** Those of one store or one application: nobody in them has business outside. */
const isOfOne = (role: NetworkRole): role is StoreNetwork | PagesNetwork => /^(store|pages)-/.test(role);

/** Those that every stack has; the others are made when they are first asked for. */
const ALWAYS: readonly NetworkRole[] = ["edge", "app", "monitoring"];

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

/**
 * Creates the networks of a host.
 *
 * @returns the network of a role; one that not every stack has is made when it is first asked for
 */
export function createNetworks(
  args: NetworksArgs,
  opts: pulumi.CustomResourceOptions,
): (role: NetworkRole) => docker.Network {
  const create = (role: NetworkRole): docker.Network =>
    new docker.Network(
      `${args.host}-${role}`,
      {
        name: args.physicalName(role),
        driver: "bridge",
        internal: isOfOne(role) || ROLES[role].internal,
        labels: toLabels(args.labels(role)),
        options: args.mtu === undefined ? {} : { "com.docker.network.driver.mtu": String(args.mtu) },
      },
      opts,
    );
  const made = new Map(ALWAYS.map((role) => [role, create(role)]));
  return (role) => {
    const network = made.get(role) ?? create(role);
    made.set(role, network);
    return network;
  };
}
