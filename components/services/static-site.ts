import * as pulumi from "@pulumi/pulumi";
import { handedOnProblems, isBelow, NGINX_PORTS, type NginxSite, renderNginxSite } from "../../config/nginx.ts";
import type { Route } from "../../config/traefik.ts";
import { nginxDashboard } from "../../dashboards/nginx.ts";
import type { Problem } from "../../services/problems.ts";
import type { BuiltImage, RouteSpec } from "../../services/service.ts";
import type { Pace } from "../../signals/rule-group.ts";
import { type NGINX_THRESHOLDS, nginxRules } from "../../signals/rules/nginx.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import { claiming } from "../platform/claiming.ts";
import type { Edge } from "../platform/edge.ts";
import type { Platform } from "../platform/platform.ts";
import { refuse } from "../platform/refuse.ts";
import { serviceImage } from "../platform/service-image.ts";
import type { Running } from "../platform/workload.ts";
import { nginxConfiguration, nginxExporter, nginxServer } from "./nginx-server.ts";

/** Arguments of {@link StaticSite}. */
export interface StaticSiteArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /** The edge that routes requests to it. */
  readonly edge: Edge;
  /** The image with the site's files, made from the catalogue's Nginx. */
  readonly image: BuiltImage;
  /** Its route. @default { pathPrefix: "/" } */
  readonly route?: RouteSpec;
  /** Settings of Nginx. @default {} */
  readonly site?: NginxSite;
  /**
   * Paths, each with all below it, that it hands on through the edge to services that have `behind` of this site for
   * their edge: `["/api"]`. Visitors then ask Nginx for all.
   *
   * @default []
   */
  readonly handsOn?: readonly string[];
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
 * @throws pulumi.InputPropertiesError when the name or the route is taken, or a path that is handed on is none
 * @example
 * ```ts
 * new StaticSite("frontend", { host, edge, image: frontendImage });
 * ```
 * @example Visitors ask Nginx for all, and Nginx the edge for what is below /api
 * ```ts
 * const frontend = new StaticSite("frontend", { host, edge, image: frontendImage, handsOn: ["/api"] });
 * new InstrumentedService("catalog", { host, edge: frontend.behind, spec: catalog });
 * ```
 */
export class StaticSite extends pulumi.ComponentResource implements Observable {
  /** Its name in the program; on its host everything of it begins with it. */
  readonly name: string;
  /** Its container. */
  readonly container: Running;
  /** The edge for services to whom this site hands requests on; its routes must be below a path of `handsOn`. */
  readonly behind: Edge;
  readonly #signals: Signals;
  readonly #edge: string;
  readonly #handedOn: string[] = [];

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:StaticSite", name, {}, opts);
    const { host, edge, pace, owner, thresholds, handsOn = [] } = args;
    const { rules } = claiming(
      { host, kind: "static site", name, problems: handedOnProblems(handsOn) },
      { rules: () => nginxRules({ job: name, pace, owner, thresholds }) },
    );
    this.#edge = edge.name;
    this.behind = edgeBehind(edge, name, handsOn, (service) => this.#handedOn.push(service));
    this.name = name;
    const image = serviceImage(name, args.image, host, this);
    const files = renderNginxSite(args.site, handsOn.length === 0 ? undefined : { paths: handsOn, to: edge.inner });
    const config = nginxConfiguration(host, { directory: name, files }, { parent: this });
    const servers = [host.address(name, NGINX_PORTS.site)];
    // How large the bodies are that it hands on is said by the routes of those who answer.
    const limit = handsOn.length === 0 ? {} : { bodyLimit: false as const };
    const route = { name, ...limit, ...(args.route ?? { pathPrefix: "/" }), servers, readyPath: "/" };
    this.container = nginxServer(
      {
        host,
        name,
        component: name,
        image: image.reference,
        directory: name,
        labels: edge.labelsOf(route, NGINX_PORTS.site),
        networks: ["routes"],
        memory: args.memory ?? "64MiB",
      },
      { parent: this, dependsOn: [config] },
    );
    if (handsOn.length > 0) host.paths.dial(name, { to: [edge.inner], why: "hands requests on" });
    edge.addRoute(route, this, [this.container.ready]);
    const target = nginxExporter(host, { name, component: name, running: this.container }, "routes", this);
    this.#signals = {
      scrapeJobs: [{ job: name, targets: [target], owner, emits: ["nginx"] }],
      dashboards: [nginxDashboard],
      ruleGroups: [rules],
    };
    this.registerOutputs({});
  }

  /** Its metrics and alerts, and who is reached through it. Services are added after it is made: ask when all are. */
  get signals(): Signals {
    return {
      ...this.#signals,
      uses: this.#handedOn.map((service) => ({ service, on: this.name, exporter: true })),
      // It makes no spans of its own: in traces, the edge calls itself.
      calls: this.#handedOn.length === 0 ? [] : [{ from: this.#edge, to: this.#edge }],
    };
  }
}

/** The edge as services see it whose requests a web server hands on. */
function edgeBehind(edge: Edge, site: string, paths: readonly string[], added: (service: string) => void): Edge {
  const through = (route: Route): Route => ({ ...route, through: site });
  return {
    name: edge.name,
    url: edge.url,
    inner: edge.inner,
    splits: edge.splits,
    siteAddress: (name, hostname) => edge.siteAddress(name, hostname),
    labelsOf: (route, port) => edge.labelsOf(through(route), port),
    addRoute(route, parent, dependsOn) {
      refuse(`service ${JSON.stringify(route.name)}`, behindProblems(route, site, paths));
      added(route.name);
      edge.addRoute(through(route), parent, dependsOn);
    },
  };
}

function behindProblems({ pathPrefix, hostname }: Route, site: string, paths: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  if (!paths.some((path) => isBelow(pathPrefix.replace(/\/+$/, ""), path))) {
    problems.push({
      property: "route.pathPrefix",
      given: pathPrefix,
      allowed:
        paths.length === 0
          ? `no route: static site ${JSON.stringify(site)} hands nothing on`
          : `a path in ${paths.join(", ")}, which static site ${JSON.stringify(site)} hands on`,
      fix: `Add it to \`handsOn\` of ${JSON.stringify(site)}, or give the edge itself.`,
    });
  }
  if (hostname !== undefined) {
    problems.push({
      property: "route.hostname",
      given: hostname,
      allowed: `none: the requests are those of static site ${JSON.stringify(site)}, whatever its host name`,
    });
  }
  return problems;
}
