import * as pulumi from "@pulumi/pulumi";
import { images } from "../../config/images.ts";
import { nginxProbe } from "../../config/nginx.ts";
import { renderSocketProxy, SOCKET_PROXY_PORT, SOCKET_PROXY_SOCKET } from "../../config/socket-proxy.ts";
import { refusing } from "../platform/refuse.ts";
import { stackLabel } from "../platform/stack.ts";
import type { Running } from "../platform/workload.ts";
import { nginxConfiguration, nginxServer } from "../services/nginx-server.ts";
import type { EngineHost } from "./engine-host.ts";

/** Arguments of {@link SocketProxy}. */
export interface SocketProxyArgs {
  /** The host whose Docker socket it reads. */
  readonly host: EngineHost;
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
  readonly container: Running;

  constructor(name: string, args: SocketProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:SocketProxy", name, {}, opts);
    const { host } = args;
    const { group } = host.dockerSocket;
    const [uid] = images.nginx.user.split(":");
    const user = `${uid}:${group}`;
    this.name = name;
    this.address = host.address(name, SOCKET_PROXY_PORT);
    host.claimName(name, "socket proxy");
    const config = nginxConfiguration(
      host,
      { directory: name, files: refusing(() => renderSocketProxy({ stack: stackLabel() })), user },
      { parent: this },
    );
    this.container = nginxServer(
      {
        host,
        name,
        component: name,
        image: host.image("nginx").reference,
        directory: name,
        user,
        networks: ["discovery"],
        // Docker's own ping, through the proxy: a socket that is not open to its group is seen here.
        health: nginxProbe(SOCKET_PROXY_PORT, "/_ping"),
        memory: args.memory ?? "32MiB",
        mounts: [{ kind: "machine", what: "engine", path: SOCKET_PROXY_SOCKET }],
        stopSignal: "SIGTERM",
      },
      { parent: this, dependsOn: [config] },
    );
    this.registerOutputs({});
  }
}
