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
import { given } from "../../services/given.ts";
import { goMemoryLimit } from "../platform/go-memory-limit.ts";
import type { Mount, SecretFiles } from "../platform/mounts.ts";
import type { NetworkRole } from "../platform/network-roles.ts";
import type { Dial } from "../platform/paths.ts";
import type { Platform } from "../platform/platform.ts";
import type { PublishedPort, Running, Workload } from "../platform/workload.ts";

/** What one Nginx needs to be told. */
export interface NginxServerArgs {
  /** The host it runs on. */
  readonly host: Platform;
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
  /** `uid:gid`. @default - the image's */
  readonly user?: string;
  /** How it is started. @default - with the configuration that landed */
  readonly entrypoint?: readonly string[];
  /** What it asks as a client. @default [] */
  readonly dials?: readonly Dial[];
  /** What its healthcheck asks. @default - its private port: it answers */
  readonly health?: readonly string[];
  /** Secrets that its configuration names. @default - none */
  readonly secrets?: SecretFiles;
  /** How it is asked to end. @default "SIGQUIT" - requests under way are finished */
  readonly stopSignal?: Workload["stopSignal"];
  /** Seconds that it has for it. @default 15 */
  readonly stopSeconds?: number;
  /** Memory. */
  readonly memory: string;
  /** MiB of that memory for what it keeps in files: bodies of requests that are long. @default 64 */
  readonly temporary?: number;
  /** What it serves files from. @default - its image */
  readonly mounts?: readonly Mount[];
  /** Published ports. @default - none */
  readonly ports?: readonly PublishedPort[];
}

/** A configuration of Nginx that lands. */
export interface NginxConfiguration {
  /** Name of its directory. */
  readonly directory: string;
  /** Its files. */
  readonly files: readonly ConfigFile[];
  /** Names of the servers that read it. @default - one, of the directory's name */
  readonly servers?: readonly string[];
  /** `uid:gid` that these run as. @default - the image's */
  readonly user?: string;
  /** Secrets that it names. @default - none */
  readonly secrets?: SecretFiles;
}

/** Lands the configuration of Nginx on a host, checked by itself; all servers that read it are told. */
export function nginxConfiguration(
  host: Platform,
  { directory, files, servers = [directory], user = images.nginx.user, secrets }: NginxConfiguration,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return host.files(
    `${directory}-config`,
    {
      directory,
      files,
      check: {
        ...{ image: "nginx", user, command: NGINX_CHECK, mountPath: NGINX_DIRECTORY },
        ...given({ secrets }),
      },
      reload: { workloads: servers, command: [...NGINX_COMMAND, "-s", "reload"] },
    },
    opts,
  );
}

/** A hardened container with Nginx, which reads a configuration that has landed. */
export function nginxServer(args: NginxServerArgs, opts: pulumi.CustomResourceOptions): Running {
  const { host, name, directory, aliases, ports } = args;
  const { user = images.nginx.user, dials, secrets, stopSeconds } = args;
  return host.run(
    `${name}-container`,
    {
      name,
      component: args.component,
      image: args.image,
      user,
      ...given({ labels: args.labels }),
      networks: args.networks,
      ...given({ aliases }),
      ...given({ dials }),
      entrypoint: args.entrypoint ?? [...NGINX_COMMAND, "-g", "daemon off;"],
      probe: { kind: "exec", check: args.health ?? nginxProbe(NGINX_PORTS.status, "/health") },
      memory: args.memory,
      stopSignal: args.stopSignal ?? "SIGQUIT",
      ...given({ stopSeconds }),
      ...given({ secrets }),
      scratch: [{ path: "/tmp", size: `${args.temporary ?? 64}MiB` }],
      mounts: [{ kind: "files", directory: directory, path: NGINX_DIRECTORY }, ...(args.mounts ?? [])],
      ...given({ ports }),
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
  host: Platform,
  server: { readonly name: string; readonly component: string; readonly running: Running },
  network: NetworkRole,
  parent: pulumi.Resource,
): string {
  const name = `${server.name}-exporter`;
  const memory = "32MiB";
  host.run(
    `${name}-container`,
    {
      name,
      component: server.component,
      image: host.image("nginxExporter").reference,
      user: images.nginxExporter.user,
      networks: [network, "metrics"],
      dials: [{ to: [host.address(server.name, NGINX_PORTS.status)], why: `measures ${server.name}` }],
      command: renderNginxExporterArguments(host.hostname(server.name)),
      env: goMemoryLimit(memory),
      probe: { kind: "outside", from: "metrics", port: NGINX_EXPORTER_PORT, path: "/" },
      memory,
    },
    { parent, dependsOn: [server.running.ready] },
  );
  return host.address(name, NGINX_EXPORTER_PORT);
}
