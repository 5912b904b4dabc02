import * as pulumi from "@pulumi/pulumi";
import { NGINX_PORTS, nginxProbe } from "../../config/nginx.ts";
import { uploadRoom } from "../../config/php-fpm.ts";
import { PHP_READY_PATH, renderPhpSite } from "../../config/php-site.ts";
import { nginxDashboard } from "../../dashboards/nginx.ts";
import { phpFpmSocket } from "../../services/php-sockets.ts";
import type { Problem } from "../../services/problems.ts";
import type { RouteSpec } from "../../services/service.ts";
import { type Size, toMebibytes } from "../../services/units.ts";
import type { Pace, RuleGroup } from "../../signals/rule-group.ts";
import { type NGINX_THRESHOLDS, nginxRules } from "../../signals/rules/nginx.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Edge } from "../platform/edge.ts";
import { inTurn } from "../platform/in-turn.ts";
import { type NetworkRole, pagesNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import { replicaNames, replicaProblems } from "../platform/replica-names.ts";
import type { Running } from "../platform/workload.ts";
import { nginxConfiguration, nginxExporter, nginxServer } from "./nginx-server.ts";
import type { PhpFpm } from "./php-fpm.ts";
import { phpReachable } from "./php-reachable.ts";

/** Arguments of {@link PhpSite}. */
export interface PhpSiteArgs {
  /** The host it runs on: that of the PHP application, whose files it serves. */
  readonly host: Platform;
  /** The PHP application. */
  readonly php: PhpFpm;
  /** The edge that routes requests to it. @default - none: only `publish` leads to it */
  readonly edge?: Edge;
  /** Its route. @default { pathPrefix: "/" } */
  readonly route?: RouteSpec;
  /** Port of the host's loopback for the first replica, past the edge: for what only an administrator looks at. @default - none */
  readonly publish?: number;
  /** Property of the caller that `publish` comes from, for errors. @default "publish" */
  readonly publishProperty?: string;
  /** What waits for it before the first request comes: an installation. @default [] */
  readonly routeDependsOn?: readonly pulumi.Resource[];
  /** Number of containers. @default 1 */
  readonly replicas?: number;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof NGINX_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Memory of one container. @default - 32 MiB, and room for two uploads: "98MiB" where one may have 32 MiB */
  readonly memory?: string;
}

/**
 * Nginx in front of a PHP application: it serves the application's files, and hands PHP to every PHP-FPM of it.
 *
 * Before its configuration lands and its containers are made, the application's directory is looked into and each
 * PHP-FPM is asked over FastCGI: a wrong target or a missing volume fails `up`, and a site that runs goes on as it was.
 *
 * @throws pulumi.InputPropertiesError when the name, the route or the port is taken
 * @example
 * ```ts
 * new PhpSite("blog", { host, edge, php, route: { pathPrefix: "/", hostname: "blog.example" }, replicas: 2 });
 * ```
 */
export class PhpSite extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  readonly signals: Signals;
  /** Its containers, in the order of their numbers. */
  readonly containers: readonly Running[];
  /** URL of the published port; empty where there is none. */
  readonly url: string;

  constructor(name: string, args: PhpSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:PhpSite", name, {}, opts);
    const { host, php, edge, route = { pathPrefix: "/" }, replicas = 1, publish, pace, owner, thresholds } = args;
    const { application, pools, settings, files } = php;
    const ports =
      publish === undefined ? [] : [{ port: publish, property: args.publishProperty ?? "publish", by: name }];
    const names = replicaProblems(replicas).length > 0 ? [] : replicaNames(name, replicas);
    const { rules } = claiming(
      { host, kind: "PHP site", name, ports, problems: [...replicaProblems(replicas), ...placeProblems(args)] },
      { rules: () => nginxRules({ job: name, servers: names, pace, owner, thresholds }) },
    );
    const room = uploadRoom(settings.uploadLimit, { memory: 96, temporary: 64 });
    this.name = name;
    // Not `name` as before the sockets: a server of then reads its files again and finds no socket.
    const directory = `${name}-site`;
    const config = this.#createConfig(args, directory, names);
    const servers = names.map((server) => host.address(server, NGINX_PORTS.site));
    // As much as its Nginx takes.
    const bodyLimit: Size = `${(toMebibytes(settings.uploadLimit) ?? 32) + 1}MiB`;
    const routed = { name, bodyLimit, ...route, servers, readyPath: PHP_READY_PATH };
    const labels = edge?.labelsOf(routed, NGINX_PORTS.site) ?? {};
    // A container with labels has its route as soon as it runs.
    const first = Object.keys(labels).length === 0 ? [] : (args.routeDependsOn ?? []);
    const network: NetworkRole = edge === undefined ? "services" : "routes";
    const containers = inTurn(names, (server, before) =>
      nginxServer(
        {
          host,
          name: server,
          component: name,
          image: host.image("nginx").reference,
          directory,
          labels,
          // The last one has aliases: the application reaches its own pages there.
          ...(application.inner === undefined
            ? { networks: [network] }
            : { networks: [network, pagesNetwork(php.name)], aliases: [name] }),
          health: nginxProbe(NGINX_PORTS.site, PHP_READY_PATH),
          memory: args.memory ?? `${room.memory}MiB`,
          temporary: room.temporary,
          mounts: [...files.serve, files.sockets],
          ...(publish === undefined || before !== undefined
            ? {}
            : { ports: [{ external: publish, internal: NGINX_PORTS.site }] }),
        },
        { parent: this, dependsOn: [config, ...first, ...(before === undefined ? [] : [before.ready])] },
      ),
    );
    this.containers = containers;
    const ready = containers.map((container) => container.ready);
    php.servedBy(ready);
    for (const pool of pools) {
      for (const server of names) host.paths.share(server, pool, phpFpmSocket(pool), `hands PHP to ${php.name}`);
      if (application.inner !== undefined) host.paths.dial(pool, { to: servers, why: "asks pages of itself" });
    }
    this.url = publish === undefined ? "" : host.published(publish);
    if (edge !== undefined) {
      edge.addRoute(routed, this, [...ready, ...(args.routeDependsOn ?? [])]);
    }
    this.signals = this.#watch(args, rules, network);
    this.registerOutputs({ url: this.url });
  }

  /** Makes its exporters, and says what it emits. */
  #watch({ host, php, owner }: PhpSiteArgs, rules: RuleGroup, network: NetworkRole): Signals {
    const { name } = this;
    const { watched } = php;
    const targets = watched
      ? this.containers.map((running) =>
          nginxExporter(host, { name: running.name, component: name, running }, network, this),
        )
      : [];
    return {
      scrapeJobs: watched ? [{ job: name, targets, owner, emits: ["nginx"] }] : [],
      dashboards: watched ? [nginxDashboard] : [],
      ruleGroups: watched ? [rules] : [],
      uses: [{ service: name, on: php.name, exporter: true }],
      calls: [{ from: name, to: php.name }],
    };
  }

  #createConfig(
    { host, php, edge, route }: PhpSiteArgs,
    directory: string,
    servers: readonly string[],
  ): pulumi.Resource {
    const { name } = this;
    const { application, pools, settings } = php;
    const named = route?.hostname === undefined ? [] : [route.hostname];
    return nginxConfiguration(
      host,
      {
        directory,
        servers,
        files: renderPhpSite({
          application,
          pools,
          hostnames: edge?.siteAddress(name, route?.hostname).hostnames ?? named,
          uploadMebibytes: toMebibytes(settings.uploadLimit) ?? 32,
          endSeconds: settings.endSeconds,
        }),
      },
      // A site that runs is told of nothing that is not there.
      { parent: this, dependsOn: [phpReachable(name, { host, php }, this)] },
    );
  }
}

/** What is wrong with where it runs, and with who reaches it. */
function placeProblems({ host, php, edge, publish }: PhpSiteArgs): Problem[] {
  const allowed = `the host of ${php.name}, whose files it serves: ${php.host.name}`;
  return [
    ...(host === php.host ? [] : [{ property: "host", given: host.name, allowed }]),
    ...(edge === undefined && publish === undefined
      ? [{ property: "edge", given: undefined, allowed: "an edge or a port to publish: else nobody reaches it" }]
      : []),
  ];
}
