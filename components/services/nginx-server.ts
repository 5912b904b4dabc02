import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigFile } from "../../config/config-file.ts";
import { images } from "../../config/images.ts";
import {
  NGINX_CHECK,
  NGINX_COMMAND,
  NGINX_DIRECTORY,
  NGINX_EXPORTER_PORT,
  NGINX_PORTS,
  nginxProbe,
  renderNginxExporterArguments,
} from "../../config/nginx.ts";
import { answersOutside } from "../docker/answers-outside.ts";
import { hardenedContainer, type PublishedPort, tmpfsOptions } from "../docker/container.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { Host, NetworkRole } from "../platform/host.ts";

/** What one Nginx needs to be told. */
export interface NginxServerArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** Name in the program: that of the container. */
  readonly name: string;
  /** Name of the component, for the label. */
  readonly component: string;
  /** The image's name, as Docker knows it on the host. */
  readonly image: pulumi.Input<string>;
  /** Name of the directory that its configuration landed in. */
  readonly directory: string;
  /** More labels, such as those by which an edge finds it. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** The networks it joins. */
  readonly networks: readonly [NetworkRole, ...NetworkRole[]];
  /** More names in those networks, but for the first one. @default [] */
  readonly aliases?: readonly string[];
  /** What its healthcheck asks. @default - its private port: it answers */
  readonly health?: readonly string[];
  /** Memory. */
  readonly memory: string;
  /** MiB of that memory for what it keeps in files: bodies of requests that are long. @default 64 */
  readonly temporary?: number;
  /** What it serves files from. @default - its image */
  readonly volumes?: readonly docker.types.input.ContainerVolume[];
  /** Published ports. @default - none */
  readonly ports?: readonly PublishedPort[];
}

/**
 * Lands the configuration of Nginx on a host, checked by itself; all servers that read it are told.
 *
 * @param secretsVolume name on the host of the volume with the secrets that it names; none by default
 */
export function nginxConfiguration(
  host: Host,
  directory: string,
  files: readonly ConfigFile[],
  servers: readonly string[],
  opts: pulumi.CustomResourceOptions,
  secretsVolume?: string,
): pulumi.Resource {
  const { user } = images.nginx;
  const container = servers.map((server) => host.physicalName(server));
  return host.hotFiles(
    `${directory}-config`,
    {
      directory,
      files,
      check: {
        ...{ image: "nginx", user, command: NGINX_CHECK, mountPath: NGINX_DIRECTORY },
        ...(secretsVolume === undefined ? {} : { secretsVolume }),
      },
      reload: { container, command: [...NGINX_COMMAND, "-s", "reload"] },
    },
    opts,
  );
}

/** A hardened container with Nginx, which reads a configuration that has landed. */
export function nginxServer(args: NginxServerArgs, opts: pulumi.CustomResourceOptions): docker.Container {
  const { host, name, directory, aliases, ports } = args;
  const { user } = images.nginx;
  return hardenedContainer(
    `${name}-container`,
    {
      host,
      name,
      component: args.component,
      image: args.image,
      user,
      ...(args.labels === undefined ? {} : { labels: args.labels }),
      networks: args.networks,
      ...(aliases === undefined ? {} : { aliases }),
      entrypoint: [...NGINX_COMMAND, "-g", "daemon off;"],
      health: args.health ?? nginxProbe(NGINX_PORTS.status, "/health"),
      memory: args.memory,
      // Requests under way are finished.
      stopSignal: "SIGQUIT",
      tmpfs: { "/tmp": tmpfsOptions(user, `${args.temporary ?? 64}m`) },
      volumes: [
        { hostPath: host.hotDirectory(directory), containerPath: NGINX_DIRECTORY, readOnly: true },
        ...(args.volumes ?? []),
      ],
      ...(ports === undefined ? {} : { ports }),
    },
    opts,
  );
}

/**
 * The exporter beside an Nginx.
 *
 * @param server the Nginx: its name in the program, the component's name, and its container
 * @param network a network in which the exporter reaches it
 * @returns the target to scrape
 */
export function nginxExporter(
  host: Host,
  server: { readonly name: string; readonly component: string; readonly container: docker.Container },
  network: NetworkRole,
  parent: pulumi.Resource,
): string {
  const name = `${server.name}-exporter`;
  const memory = "32MiB";
  const container = hardenedContainer(
    `${name}-container`,
    {
      host,
      name,
      component: server.component,
      image: host.image("nginxExporter").name,
      user: images.nginxExporter.user,
      networks: [network, "metrics"],
      dials: [{ to: [`${host.physicalName(server.name)}:${NGINX_PORTS.status}`], why: `measures ${server.name}` }],
      command: renderNginxExporterArguments(host.physicalName(server.name)),
      env: goMemoryLimit(memory),
      health: "outside",
      memory,
    },
    { parent, dependsOn: [server.container] },
  );
  answersOutside(
    `${name}-ready`,
    { host, name, container, network: "metrics", port: NGINX_EXPORTER_PORT, path: "/" },
    { parent },
  );
  return `${host.physicalName(name)}:${NGINX_EXPORTER_PORT}`;
}
