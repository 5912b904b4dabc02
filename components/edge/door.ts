import * as pulumi from "@pulumi/pulumi";
import { DOOR_COMMAND, doorHealthPort, renderDoor } from "../../config/door.ts";
import { nginxProbe } from "../../config/nginx.ts";
import { PROXY_ACCESS_FILE, renderProxyAccess } from "../../config/scrape-access.ts";
import type { NetworkRole } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { refusing } from "../platform/refuse.ts";
import type { Running } from "../platform/workload.ts";
import { nginxConfiguration, nginxServer } from "../services/nginx-server.ts";

/** Arguments of {@link Door}. */
export interface DoorArgs {
  /** The host whose pages it leads to: all that were declared there before. */
  readonly host: Platform;
  /** Names that people use for the host, besides `localhost`. @default [] */
  readonly names?: readonly string[];
  /** Memory of the container. @default "32MiB" */
  readonly memory?: string;
}

/**
 * The door of a host to the pages on its loopback: Prometheus, Alertmanager, the stores, Grafana, and whatever else is
 * published there and asks nobody who he is. They publish no port themselves; the door has their ports, and
 * answers the host itself only, signs in for it where Prometheus asks for a password, answers to the host's own names, and no other page that is open in the same browser.
 *
 * {@link MonitoringStack} makes one on each of its hosts. Where there is none, make it last.
 *
 * @throws pulumi.InputPropertiesError when a name is none, or the host has a door already
 * @example
 * ```ts
 * const prometheus = new Prometheus("prometheus", { host, signals: [] });
 * new Door("door", { host });
 * ```
 */
export class Door extends pulumi.ComponentResource {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  /** The Nginx; undefined where the host has no pages. */
  readonly container: Running | undefined;

  constructor(name: string, args: DoorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Door", name, {}, opts);
    const { host, names = [], memory = "32MiB" } = args;
    this.name = name;
    host.claimName(name, "door");
    const pages = [...host.takePages(name)].sort((one, other) => one.port - other.port);
    this.container = undefined;
    if (pages.length > 0) {
      const secrets = pages.some(({ credentials }) => credentials !== undefined)
        ? host.secret(name, { [PROXY_ACCESS_FILE]: host.scrapePassword().password.apply(renderProxyAccess) }, this)
        : undefined;
      const signsIn = secrets === undefined ? {} : { secrets };
      const config = nginxConfiguration(
        host,
        { directory: name, files: refusing(() => renderDoor({ pages, names })), ...signsIn },
        { parent: this, dependsOn: secrets === undefined ? [] : [secrets.ready] },
      );
      const [first = "services", ...more] = new Set<NetworkRole>(pages.map(({ network }) => network).sort());
      this.container = nginxServer(
        {
          host,
          name,
          component: name,
          image: host.image("nginx").reference,
          directory: name,
          networks: [first, ...more],
          dials: pages.map(({ server }) => ({ to: [server], why: "shows its pages" })),
          entrypoint: DOOR_COMMAND,
          health: nginxProbe(doorHealthPort(pages), "/"),
          memory,
          temporary: 8,
          stopSeconds: 5,
          ...signsIn,
          ports: pages.map(({ port }) => ({ external: port, internal: port, direct: true })),
        },
        // In a stack from before, they have let go of the ports.
        { parent: this, dependsOn: [config, ...pages.map(({ ready }) => ready)] },
      );
    }
    this.registerOutputs({});
  }
}
