import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { callerProblems, type EdgeCallers } from "../../config/edge-callers.ts";
import { type EdgeLimits, limitProblems } from "../../config/edge-limits.ts";
import { images } from "../../config/images.ts";
import { probesOf } from "../../config/route-probes.ts";
import {
  DISCOVERIES,
  type Discovery,
  type Route,
  renderTraefikArguments,
  renderTraefikBase,
  renderTraefikRoute,
  type SitePort,
  sameRequests,
  TRAEFIK_HEALTH,
  TRAEFIK_PORTS,
  TRAEFIK_ROUTES_DIRECTORY,
  TRAEFIK_SITE_PORTS,
  traefikLabels,
} from "../../config/traefik.ts";
import { traefikDashboard } from "../../dashboards/traefik.ts";
import { bodyLimitProblems } from "../../services/body-limit.ts";
import type { Problem } from "../../services/problems.ts";
import type { Pace, RuleGroup } from "../../signals/rule-group.ts";
import { type TRAEFIK_THRESHOLDS, traefikRules } from "../../signals/rules/traefik.ts";
import type { Observable, Signals } from "../../signals/signals.ts";
import type { Overrides } from "../../signals/threshold.ts";
import type { Edge, SiteAddress } from "../platform/edge.ts";
import type { SecretFiles } from "../platform/mounts.ts";
import type { Finder, Platform, PortClaim } from "../platform/platform.ts";
import { refuse, refusingAll } from "../platform/refuse.ts";
import { stackLabel } from "../platform/stack.ts";
import { SPAN_DELAY, tracingDials } from "../platform/tracing.ts";
import type { Running } from "../platform/workload.ts";

/** A port of the host that is one site's alone. */
export interface OwnPort {
  /** Port of the host. It speaks HTTP; over HTTPS a site is reached by its host name. */
  readonly port: number;
  /** Property of the caller that it comes from, for errors. @default "sites.<name>.port" */
  readonly property?: string;
}

/** Arguments of {@link Traefik}. */
export interface TraefikArgs extends EdgeCallers {
  /** The host it runs on. */
  readonly host: Platform;
  /** How soon its alerts see a change. @default PACES.steady */
  readonly pace?: Pace;
  /** Other numbers for its alerts. @default - those of the alerts */
  readonly thresholds?: Overrides<typeof TRAEFIK_THRESHOLDS>;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
  /** Port of the host for HTTP. @default 80 */
  readonly httpPort?: number;
  /** Port of the host for HTTPS. @default 443 */
  readonly httpsPort?: number;
  /** Port of the host for the dashboard. @default 8080 */
  readonly dashboardPort?: number;
  /**
   * Sites that have a port of the host of their own, by the name of their route: there the host's own address leads to
   * them. Their host names go on as before. A change replaces Traefik's container.
   *
   * @default {}
   */
  readonly sites?: Readonly<Record<string, OwnPort>>;
  /**
   * Where routes come from: files that the program writes, or the labels of containers, the program's own and any
   * others, which are seen through a {@link SocketProxy}: Traefik never has the Docker socket.
   *
   * @default "file"
   */
  readonly discovery?: Discovery;
  /** What one address may ask: beyond it, the answer is 429. @default EDGE_LIMITS */
  readonly limits?: EdgeLimits;
  /** Memory of the container. @default "192MiB" */
  readonly memory?: string;
}

/**
 * The edge: takes requests from outside and balances them over the replicas of the services that have a route.
 *
 * Each route is a file that Traefik watches: a new route replaces no container. By `discovery` it is the labels of its
 * servers' containers, which a new route replaces. Where no certificate is given, HTTPS uses one that Traefik signs
 * itself.
 *
 * Requests, rates and slow clients are limited by address; a visitor's `traceparent` goes nowhere.
 *
 * @throws pulumi.InputPropertiesError when a port is out of range, taken twice or in use on the machine, when there is no
 * such discovery, or a limit or a trusted address makes no sense
 * @example
 * ```ts
 * const edge = new Traefik("edge", { host });
 * ```
 * @example Other ports, for a machine where 80 is taken
 * ```ts
 * const edge = new Traefik("edge", { host, httpPort: 8000, httpsPort: 8443, dashboardPort: 8888 });
 * ```
 * @example Behind a proxy, with other limits
 * ```ts
 * const edge = new Traefik("edge", { host, trustedProxies: ["192.0.2.0/24"], limits: { requestsPerSecond: 50, burst: 100 } });
 * ```
 * @example Routes by Docker labels, those of other containers, too
 * ```ts
 * const edge = new Traefik("edge", { host, discovery: "docker-labels" });
 * ```
 * @example A blog on a port of its own
 * ```ts
 * const edge = new Traefik("edge", { host, dashboardPort: 8089, sites: { blog: { port: 8080 } } });
 * ```
 */
export class Traefik extends pulumi.ComponentResource implements Edge, Observable {
  readonly name: string;
  /** URL of the sites behind it. */
  readonly url: string;
  /** URL of the dashboard; it asks for a user and a password. */
  readonly dashboardUrl: string;
  /** Password of the dashboard's user `admin`; a secret. */
  readonly dashboardPassword: pulumi.Output<string>;
  /** Where a web server behind it hands requests on, `host:port`. */
  readonly inner: string;
  /** Whether it divides requests between two versions of a service: labels of containers can't say weights. */
  readonly splits: boolean;
  /** Its container. */
  readonly container: Running;
  readonly #host: Platform;
  readonly #rules: RuleGroup;
  /** The same where a service has two versions. */
  readonly #rulesOfTwo: () => RuleGroup;
  readonly #owner: string | undefined;
  readonly #httpsUrl: string;
  readonly #callers: EdgeCallers;
  readonly #routes: Route[] = [];
  readonly #sites: Readonly<Record<string, SitePort>>;
  readonly #labelled: boolean;

  constructor(name: string, args: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:Traefik", name, {}, opts);
    const { host, sites = {} } = args;
    const ports = { http: args.httpPort ?? 80, https: args.httpsPort ?? 443, dashboard: args.dashboardPort ?? 8080 };
    this.name = name;
    this.#host = host;
    const { pace, owner, thresholds } = args;
    this.#owner = owner;
    this.#labelled = args.discovery === "docker-labels";
    this.splits = !this.#labelled;
    const labelled = this.#labelled;
    const claims = portsOf(name, args);
    const { rules } = refusingAll(
      `edge ${JSON.stringify(name)}`,
      [
        ...host.nameProblems(name),
        ...discoveryProblems(args.discovery, host),
        ...limitProblems(args.limits ?? {}),
        ...callerProblems(args),
        ...host.portProblems(claims),
      ],
      { rules: () => traefikRules({ job: name, pace, owner, thresholds, labelled }) },
    );
    this.#rules = rules;
    this.#rulesOfTwo = () => traefikRules({ job: name, pace, owner, thresholds, labelled, split: true });
    const { limits = {}, trustedProxies = [], trustedTraceContext = [] } = args;
    this.#callers = { trustedProxies, trustedTraceContext };
    const shared = { limits, callers: this.#callers };
    host.claimName(name, "edge");
    host.claimPorts(claims);
    this.inner = host.address(name, TRAEFIK_PORTS.inner);
    this.#sites = sitePorts(sites, host);

    const password = new random.RandomPassword(`${name}-dashboard`, { length: 24, special: false }, { parent: this });
    const secrets = host.secret(name, { "dashboard-users": pulumi.interpolate`admin:${password.bcryptHash}` }, this);
    const base = host.files(`${name}-base`, { directory: name, files: renderTraefikBase(shared) }, { parent: this });
    const finder = this.#labelled ? host.finder?.(`${name}-socket-proxy`, this) : undefined;
    this.container = this.#createServer(args, { shared, secrets, base, finder });
    this.url = `http://${host.pageAddress}${ports.http === 80 ? "" : `:${ports.http}`}/`;
    this.#httpsUrl = `https://${host.pageAddress}${ports.https === 443 ? "" : `:${ports.https}`}/`;
    this.dashboardUrl = `${host.published(ports.dashboard)}dashboard/`;
    this.dashboardPassword = password.result;
    this.registerOutputs({ url: this.url, dashboardUrl: this.dashboardUrl });
  }

  #createServer(args: TraefikArgs, parts: TraefikParts): Running {
    const { host, sites = {}, httpPort = 80, httpsPort = 443, dashboardPort = 8080 } = args;
    const { name } = this;
    const { shared, secrets, base, finder } = parts;
    return host.run(
      `${name}-container`,
      {
        name,
        component: name,
        image: host.image("traefik").reference,
        user: images.traefik.user,
        networks: [
          "edge",
          "routes",
          "metrics",
          ...(host.tracing === undefined ? [] : ["telemetry" as const]),
          ...(finder === undefined ? [] : ["discovery" as const]),
        ],
        dials: [
          ...tracingDials(host.tracing),
          ...(finder === undefined ? [] : [{ to: [finder.address], why: "finds containers" }]),
        ],
        entrypoint: ["traefik"],
        command: renderTraefikArguments({
          sites: Object.fromEntries(Object.entries(this.#sites).map(([site, { inside }]) => [site, inside])),
          ...shared,
          ...(host.tracing === undefined
            ? {}
            : { spans: { name, collector: host.tracing.collector, environment: pulumi.getStack() } }),
          ...(finder === undefined
            ? {}
            : {
                labels: {
                  stack: stackLabel(),
                  socketProxy: finder.address,
                  network: finder.network,
                },
              }),
        }),
        ...(host.tracing === undefined ? {} : { env: SPAN_DELAY }),
        probe: { kind: "exec", check: TRAEFIK_HEALTH },
        memory: args.memory ?? "192MiB",
        mounts: [{ kind: "files", directory: name, path: TRAEFIK_ROUTES_DIRECTORY }],
        ports: [
          { external: httpPort, internal: TRAEFIK_PORTS.web, open: true },
          { external: httpsPort, internal: TRAEFIK_PORTS.websecure, open: true },
          { external: dashboardPort, internal: TRAEFIK_PORTS.dashboard, direct: true },
          ...Object.entries(sites).map(([site, { port }]) => ({
            external: port,
            internal: this.#sites[site]?.inside ?? 0,
            open: true,
          })),
        ],
        secrets,
      },
      { parent: this, dependsOn: finder === undefined ? [base] : [base, finder.ready] },
    );
  }

  /** Its metrics and alerts, and a probe of each route. Routes are added after it is made: ask when all services are. */
  get signals(): Signals {
    const hostname = this.#host.hostname(this.name);
    return {
      scrapeJobs: [
        { job: this.name, targets: [`${hostname}:${TRAEFIK_PORTS.metrics}`], owner: this.#owner, emits: ["traefik"] },
      ],
      dashboards: [traefikDashboard],
      ruleGroups: [this.#routes.some(({ split }) => split !== undefined) ? this.#rulesOfTwo() : this.#rules],
      probes: [
        ...probesOf(this.#routes, hostname, this, this.#sites),
        // When it ends. Whether browsers trust it is asked by who knows the sites' names.
        {
          name: `${this.name}-certificate`,
          service: this.name,
          url: `${hostname}:${TRAEFIK_PORTS.websecure}`,
          module: "tls_certificate",
        },
      ],
      traced: this.#host.tracing === undefined ? [] : [this.name],
      calls: this.#routes.map(({ name, split }) => ({
        from: this.name,
        to: name,
        ...(this.#labelled ? { as: `${name}@docker` } : {}),
        ...(split === undefined ? {} : { split: true }),
      })),
      secured: [this.#httpsUrl],
    };
  }

  siteAddress(name: string, hostname?: string): SiteAddress {
    const own = this.#sites[name];
    const named = hostname === undefined ? [] : [hostname];
    if (own !== undefined) return { url: own.url, hostnames: [...new Set([...named, ...own.hostnames])] };
    const url = new URL(this.url);
    if (hostname !== undefined) url.hostname = hostname;
    return { url: url.href, hostnames: named };
  }

  labelsOf(route: Route, port: number): Readonly<Record<string, string>> {
    return this.#labelled
      ? traefikLabels(route, { stack: stackLabel(), port, own: this.#sites[route.name], callers: this.#callers })
      : {};
  }

  addRoute(route: Route, parent: pulumi.Resource, dependsOn: readonly pulumi.Resource[]): void {
    refuse(`service ${JSON.stringify(route.name)}`, bodyLimitProblems(route.bodyLimit));
    const other = this.#routes.find((known) => sameRequests(known, route));
    if (other !== undefined) {
      refuse(`service ${JSON.stringify(route.name)}`, [
        {
          property: "route",
          given: `${route.hostname ?? "any host"} ${route.pathPrefix}`,
          allowed: `a route that no other service of edge ${JSON.stringify(this.name)} has`,
          fix: `Service ${JSON.stringify(other.name)} has it already: change one of the two.`,
        },
      ]);
    }
    this.#routes.push(route);
    const servers = [...route.servers, ...(route.split?.servers ?? [])];
    this.#host.paths.dial(this.name, { to: servers, why: `routes to ${route.name}` });
    if (this.#labelled) return;
    this.#host.files(
      `${route.name}-route`,
      {
        directory: this.name,
        owner: route.name,
        files: renderTraefikRoute(route, { callers: this.#callers, own: this.#sites[route.name] }),
      },
      { parent, dependsOn: [...dependsOn] },
    );
  }
}

/** Where the sites with a port of their own are; who is on the machine itself says its address, too. */
function sitePorts(sites: Readonly<Record<string, OwnPort>>, host: Platform): Readonly<Record<string, SitePort>> {
  const names = host.pageAddress === "localhost" ? ["localhost", "127.0.0.1"] : [host.pageAddress];
  return Object.fromEntries(
    Object.entries(sites).map(([site, { port }], index) => [
      site,
      {
        inside: TRAEFIK_SITE_PORTS + index,
        url: `http://${host.pageAddress}${port === 80 ? "" : `:${port}`}/`,
        hostnames: names,
      },
    ]),
  );
}

function discoveryProblems(discovery: Discovery | undefined, host: Platform): Problem[] {
  if (discovery === "docker-labels" && host.finder === undefined) {
    const allowed = `"file": nothing on ${JSON.stringify(host.name)} finds workloads by their labels`;
    return [{ property: "discovery", given: discovery, allowed }];
  }
  if (discovery === undefined || DISCOVERIES.includes(discovery)) return [];
  return [{ property: "discovery", given: discovery, allowed: `one of ${DISCOVERIES.join(", ")}` }];
}

/** The ports that an edge takes, each as its caller wrote it. */
function portsOf(by: string, args: TraefikArgs): readonly PortClaim[] {
  const { httpPort = 80, httpsPort = 443, dashboardPort = 8080, sites = {} } = args;
  return [
    ...Object.entries({ httpPort, httpsPort, dashboardPort }).map(([property, port]) => ({ port, property, by })),
    ...Object.entries(sites).map(([site, { port, property = `sites.${site}.port` }]) => ({ port, property, by })),
  ];
}

/** What is made for the server of an edge. */
interface TraefikParts {
  readonly shared: { readonly limits: EdgeLimits; readonly callers: EdgeCallers };
  readonly secrets: SecretFiles;
  readonly base: pulumi.Resource;
  readonly finder: Finder | undefined;
}
