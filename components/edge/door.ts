import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { DOOR_COMMAND, doorHealthPort, renderDoor } from "../../config/door.ts";
import { images } from "../../config/images.ts";
import { NGINX_DIRECTORY, nginxProbe } from "../../config/nginx.ts";
import { PROXY_ACCESS_FILE, renderProxyAccess } from "../../config/scrape-access.ts";
import { hardenedContainer, tmpfsOptions } from "../docker/container.ts";
import { secretFiles } from "../docker/secret-files.ts";
import type { Host, NetworkRole } from "../platform/host.ts";
import { refusing } from "../platform/refuse.ts";
import { nginxConfiguration } from "../services/nginx-server.ts";

/** Arguments of {@link Door}. */
export interface DoorArgs {
  /** The host whose pages it leads to: all that were declared there before. */
  readonly host: Host;
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
  readonly container: docker.Container | undefined;

  constructor(name: string, args: DoorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Door", name, {}, opts);
    const { host, names = [], memory = "32MiB" } = args;
    this.name = name;
    host.claimName(name, "door");
    const pages = [...host.takePages(name)].sort((one, other) => one.port - other.port);
    this.container = undefined;
    if (pages.length > 0) {
      const { user } = images.nginx;
      const secrets = pages.some(({ credentials }) => credentials !== undefined)
        ? secretFiles(
            name,
            host,
            { [PROXY_ACCESS_FILE]: host.scrapePassword().password.apply(renderProxyAccess) },
            this,
          )
        : undefined;
      const config = nginxConfiguration(
        host,
        name,
        refusing(() => renderDoor({ pages, names })),
        [name],
        { parent: this, dependsOn: secrets === undefined ? [] : [secrets.writer] },
        secrets === undefined ? undefined : host.physicalName(`${name}-secrets`),
      );
      const [first = "services", ...more] = new Set<NetworkRole>(pages.map(({ network }) => network).sort());
      this.container = hardenedContainer(
        `${name}-container`,
        {
          host,
          name,
          component: name,
          image: host.image("nginx").name,
          user,
          networks: [first, ...more],
          dials: pages.map(({ server }) => ({ to: [server], why: "shows its pages" })),
          entrypoint: DOOR_COMMAND,
          health: nginxProbe(doorHealthPort(pages), "/"),
          memory,
          stopSignal: "SIGQUIT",
          stopSeconds: 5,
          tmpfs: { "/tmp": tmpfsOptions(user, "8m") },
          volumes: [{ hostPath: host.hotDirectory(name), containerPath: NGINX_DIRECTORY, readOnly: true }],
          ...(secrets === undefined ? {} : { secrets }),
          ports: pages.map(({ port }) => ({ external: port, internal: port, direct: true })),
        },
        // In a stack from before, they have let go of the ports.
        { parent: this, dependsOn: [config, ...pages.map(({ container }) => container)] },
      );
    }
    this.registerOutputs({});
  }
}
