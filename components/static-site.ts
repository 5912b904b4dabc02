import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { NGINX_PORTS, type NginxSite, renderNginxSite } from "../config/nginx.ts";
import { nginxDashboard } from "../dashboards/nginx.ts";
import type { BuiltImage, RouteSpec } from "../services/service.ts";
import type { Pace } from "../signals/rule-group.ts";
import { type NGINX_THRESHOLDS, nginxRules } from "../signals/rules/nginx.ts";
import type { Observable, Signals } from "../signals/signals.ts";
import type { Overrides } from "../signals/threshold.ts";
import type { Edge } from "./edge.ts";
import type { Host } from "./host.ts";
import { nginxConfiguration, nginxExporter, nginxServer } from "./nginx-server.ts";
import { refusing } from "./refuse.ts";
import { serviceImage } from "./service-image.ts";

/** Arguments of {@link StaticSite}. */
export interface StaticSiteArgs {
  /** The host it runs on. */
  readonly host: Host;
  /** The edge that routes requests to it. */
  readonly edge: Edge;
  /** The image with the site's files, made from the catalogue's Nginx. */
  readonly image: BuiltImage;
  /** Its route. @default { pathPrefix: "/" } */
  readonly route?: RouteSpec;
  /** Settings of Nginx. @default {} */
  readonly site?: NginxSite;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof NGINX_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Memory of the container. @default "64MiB" */
  readonly memory?: string;
}

/**
 * Static files, served by Nginx, with its exporter.
 *
 * The files are in an image, so that a release is one thing that can be rolled back; the configuration is hot, so that
 * a changed header replaces no container.
 *
 * @throws pulumi.InputPropertiesError when the name or the route is taken
 * @example
 * ```ts
 * new StaticSite("frontend", { host, edge, image: frontendImage });
 * ```
 */
export class StaticSite extends pulumi.ComponentResource implements Observable {
  readonly name: string;
  readonly signals: Signals;
  readonly container: docker.Container;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:StaticSite", name, {}, opts);
    const { host, pace, owner, thresholds } = args;
    const rules = refusing(() => nginxRules({ job: name, pace, owner, thresholds }));
    this.name = name;
    host.claimName(name, "static site");
    const image = serviceImage(name, args.image, host, this);
    const config = nginxConfiguration(host, name, renderNginxSite(args.site), [name], { parent: this });
    this.container = nginxServer(
      {
        host,
        name,
        component: name,
        image: image.name,
        directory: name,
        networks: ["edge"],
        memory: args.memory ?? "64MiB",
      },
      { parent: this, dependsOn: [config] },
    );
    const route = args.route ?? { pathPrefix: "/" };
    const servers = [`${host.physicalName(name)}:${NGINX_PORTS.site}`];
    args.edge.addRoute({ name, ...route, servers, readyPath: "/" }, this, [this.container]);
    const target = nginxExporter(host, { name, component: name, container: this.container }, "edge", this);
    this.signals = {
      scrapeJobs: [{ job: name, targets: [target], owner, emits: ["nginx"] }],
      dashboards: [nginxDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({});
  }
}
