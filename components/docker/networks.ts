import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type {
  NetworkRole,
  OutsideNetwork,
  PagesNetwork,
  SharedNetwork,
  StoreNetwork,
} from "../platform/network-roles.ts";
import { toLabels } from "./labels.ts";

/** What is told of a shared network. */
interface Role {
  /** Nobody in it reaches anything outside of the host by it. */
  readonly internal: boolean;
}

/** Every shared role of a network. */
const ROLES = {
  // Traefik, and its way out: its ports are published by it.
  edge: { internal: false },
  // Traefik, and what it routes to.
  routes: { internal: true },
  // Services, which call each other by name.
  services: { internal: true },
  // Prometheus asks, and everything answers that is watched.
  metrics: { internal: true },
  // Programs send their spans, and the Collector takes them.
  telemetry: { internal: true },
  // What keeps metrics, logs and traces, and what tells people. Whoever is here may mute alerts and read all logs.
  observability: { internal: true },
  // The Alertmanagers, and programs of the stack that they tell.
  notify: { internal: true },
  // Between Traefik and the socket proxy, and nobody else.
  discovery: { internal: true },
} as const satisfies Record<SharedNetwork, Role>;

/** Those of one store or one application: nobody in them has business outside. */
const isOfOne = (role: NetworkRole): role is StoreNetwork | PagesNetwork => /^(store|pages)-/.test(role);

// Of one component each. Where two share such a network, and another one, Docker gives their names the addresses of this
// one: they would have to reach each other here, past what is declared (tried on 20.10.24).
const isWayOut = (role: NetworkRole): role is OutsideNetwork => role.startsWith("outside-");

/** What is told of a network, whatever its role. */
function roleOf(role: NetworkRole): Role {
  if (isWayOut(role)) return { internal: false };
  return isOfOne(role) ? { internal: true } : ROLES[role];
}

/** Whether a network leads out of the host, and ports are published by it. */
export const leadsOutside = (role: NetworkRole): boolean => !roleOf(role).internal;

/** Those that every stack has; the others are made when they are first asked for. */
const ALWAYS: readonly NetworkRole[] = ["edge", "routes", "services", "observability"];

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
  const create = (role: NetworkRole): docker.Network => {
    const { internal } = roleOf(role);
    return new docker.Network(
      `${args.host}-${role}`,
      {
        name: args.physicalName(role),
        driver: "bridge",
        internal,
        labels: toLabels(args.labels(role)),
        options: args.mtu === undefined ? {} : { "com.docker.network.driver.mtu": String(args.mtu) },
      },
      opts,
    );
  };
  const made = new Map(ALWAYS.map((role) => [role, create(role)]));
  return (role) => {
    const network = made.get(role) ?? create(role);
    made.set(role, network);
    return network;
  };
}
