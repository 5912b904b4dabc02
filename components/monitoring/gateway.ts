import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type Certificates, type KeyPair, makeCertificates } from "../../config/certificates.ts";
import { GATEWAY_PORTS, GATEWAY_SERVER_NAME, type GatewayRoute, renderGateway } from "../../config/gateway.ts";
import { LINK_FILES, type LinkSettings } from "../../config/link.ts";
import { nginxProbe } from "../../config/nginx.ts";
import { PROXY_ACCESS_FILE, renderProxyAccess } from "../../config/scrape-access.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse, refusing } from "../platform/refuse.ts";
import { stackLabel } from "../platform/stack.ts";
import type { Running } from "../platform/workload.ts";
import { nginxConfiguration, nginxServer } from "../services/nginx-server.ts";
import { gatewayProblems } from "./gateway-problems.ts";

/** Arguments of {@link Gateway}. */
export interface GatewayArgs {
  /** The host it runs on. Its address for visitors is where the gateway listens. */
  readonly host: Platform;
  /** Name or IPv4 address that the other hosts reach that host by. */
  readonly address: string;
  /** Port of the host. @default 9443 */
  readonly port?: number;
  /** Names of the hosts that may send: each gets a certificate of its own. */
  readonly clients: readonly string[];
  /** What may be sent, and to whom. */
  readonly routes: readonly GatewayRoute[];
  /** Memory of the container. @default "64MiB" */
  readonly memory?: string;
}

/** What a host needs to send to the gateway of another one. */
export interface Link extends LinkSettings {
  /** The certificates, by the name of their file in `/run/secrets`. */
  readonly files: Readonly<Record<string, pulumi.Output<string>>>;
  /** Done when the gateway answers. */
  readonly ready: pulumi.Resource;
}

/** Port of the host that the gateway has by default. */
export const GATEWAY_PORT = 9443;

/**
 * The one door of a monitoring host for the other hosts of its stack. Both ends show a certificate of an authority that
 * only this stack has; a host that shows one may post to the routes that are given, and nobody may do anything else.
 *
 * The certificates are derived from one generated secret. An `up` makes new ones every 90 days; one lasts 240. An alert
 * that they end comes three weeks before.
 *
 * @throws pulumi.InputPropertiesError when the port is taken, the host listens on its loopback only, or the address is
 * none
 * @example
 * ```ts
 * const routes = [{ path: "/loki/api/v1/push", server: loki.address }];
 * const gateway = new Gateway("gateway", { host, address: "192.0.2.20", clients: ["web"], routes });
 * const link = gateway.linkFor("web");
 * ```
 */
export class Gateway extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its container. */
  readonly container: Running;
  readonly #address: string;
  readonly #certificates: pulumi.Output<Certificates>;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Gateway", name, {}, opts);
    const { host, clients, routes, port = GATEWAY_PORT } = args;
    this.name = name;
    this.#address = `${args.address}:${port}`;
    refuse(`gateway ${JSON.stringify(name)}`, gatewayProblems(host, args.address));
    host.claimName(name, "gateway");
    host.claimPorts([{ port, property: "port", by: name }]);

    const { result } = new random.RandomPassword(
      `${name}-certificates`,
      { length: 48, special: false },
      { parent: this },
    );
    const now = new Date();
    this.#certificates = pulumi
      .secret(result)
      .apply((secret) =>
        makeCertificates({ secret, stack: stackLabel(), serverName: GATEWAY_SERVER_NAME, clients, now }),
      );
    const shown = {
      ...filesOf(this.#certificates, ({ server }) => server),
      ...(routes.some(({ signsIn = false }) => signsIn)
        ? { [PROXY_ACCESS_FILE]: host.scrapePassword().password.apply(renderProxyAccess) }
        : {}),
    };
    const secrets = host.secret(name, shown, this);
    const config = nginxConfiguration(
      host,
      { directory: name, files: refusing(() => renderGateway(routes)), secrets },
      { parent: this, dependsOn: [secrets.ready] },
    );
    this.container = nginxServer(
      {
        host,
        name,
        component: name,
        image: host.image("nginx").reference,
        directory: name,
        // What asks for its certificate is among what is scraped.
        networks: ["observability", "metrics"],
        dials: routes.map(({ path, server }) => ({ to: [server], why: `hands on ${path}` })),
        health: nginxProbe(GATEWAY_PORTS.status, "/health"),
        memory: args.memory ?? "64MiB",
        ports: [{ external: port, internal: GATEWAY_PORTS.link, open: true }],
        secrets,
      },
      { parent: this, dependsOn: [config] },
    );
    this.signals = {
      scrapeJobs: [],
      probes: [{ name, url: host.address(name, GATEWAY_PORTS.link), module: "tls_certificate" }],
    };
    this.registerOutputs({ address: this.#address });
  }

  /** What one of the hosts needs that may send. */
  linkFor(client: string): Link {
    return {
      gateway: this.#address,
      serverName: GATEWAY_SERVER_NAME,
      files: filesOf(this.#certificates, ({ clients }) => clients[client]),
      ready: this.container.ready,
    };
  }
}

function filesOf(
  all: pulumi.Output<Certificates>,
  choose: (certificates: Certificates) => KeyPair | undefined,
): Record<string, pulumi.Output<string>> {
  return {
    [LINK_FILES.authority]: all.authority,
    [LINK_FILES.certificate]: all.apply((certificates) => choose(certificates)?.certificate ?? ""),
    [LINK_FILES.key]: all.apply((certificates) => choose(certificates)?.privateKey ?? ""),
  };
}
