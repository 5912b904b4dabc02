import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { NGINX_CHECK, NGINX_COMMAND, NGINX_DIRECTORY, nginxProbe } from "../../config/nginx.ts";
import { renderSocketProxy, SOCKET_PROXY_PORT, SOCKET_PROXY_SOCKET } from "../../config/socket-proxy.ts";
import { hardenedContainer, tmpfsOptions } from "../docker/container.ts";
import type { Host } from "../platform/host.ts";
import { refusing } from "../platform/refuse.ts";

/** Arguments of {@link SocketProxy}. */
export interface SocketProxyArgs {
  /** The host whose Docker socket it reads. */
  readonly host: Host;
  /** Memory of the container. @default "32MiB" */
  readonly memory?: string;
}

/**
 * A read-only proxy of the host's Docker socket, for Traefik's discovery by labels: the one container that sees it.
 *
 * It answers a few questions about the containers that carry the label `vigie.edge` of this stack, and refuses
 * everything else. Nothing but Traefik is in its network, which has no way out of the host. It is no root: the socket
 * is open to it by the group that owns it.
 *
 * @throws pulumi.InputPropertiesError when the name is taken
 * @example
 * ```ts
 * const proxy = new SocketProxy("edge-socket-proxy", { host });
 * ```
 */
export class SocketProxy extends pulumi.ComponentResource {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  /** Its address as Traefik reaches it, `host:port`. */
  readonly address: string;
  /** Its container. */
  readonly container: docker.Container;

  constructor(name: string, args: SocketProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:SocketProxy", name, {}, opts);
    const { host } = args;
    const { path, group } = host.dockerSocket;
    const [uid] = images.nginx.user.split(":");
    const user = `${uid}:${group}`;
    this.name = name;
    this.address = `${host.physicalName(name)}:${SOCKET_PROXY_PORT}`;
    host.claimName(name, "socket proxy");
    const config = host.hotFiles(
      `${name}-config`,
      {
        directory: name,
        files: refusing(() => renderSocketProxy({ stack: `${pulumi.getProject()}/${pulumi.getStack()}` })),
        check: { image: "nginx", user, command: NGINX_CHECK, mountPath: NGINX_DIRECTORY },
        reload: { container: host.physicalName(name), command: [...NGINX_COMMAND, "-s", "reload"] },
      },
      { parent: this },
    );
    this.container = hardenedContainer(
      `${name}-container`,
      {
        host,
        name,
        component: name,
        image: host.image("nginx").name,
        user,
        networks: ["discovery"],
        entrypoint: [...NGINX_COMMAND, "-g", "daemon off;"],
        // Docker's own ping, through the proxy: a socket that is not open to its group is seen here.
        health: nginxProbe(SOCKET_PROXY_PORT, "/_ping"),
        memory: args.memory ?? "32MiB",
        tmpfs: { "/tmp": tmpfsOptions(user) },
        volumes: [
          { hostPath: host.hotDirectory(name), containerPath: NGINX_DIRECTORY, readOnly: true },
          { hostPath: path, containerPath: SOCKET_PROXY_SOCKET, readOnly: true },
        ],
      },
      { parent: this, dependsOn: [config] },
    );
    this.registerOutputs({});
  }
}
