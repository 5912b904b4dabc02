import type { BodyLimit } from "../services/body-limit.ts";
import { TRAEFIK_BUCKETS } from "../signals/metrics/traefik.ts";
import { bodyLimitMiddlewares, refusedBodies } from "./body-limit.ts";
import { TRACE_PORTS } from "./collector-traces.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { type EdgeCallers, foreignTraceRule, WITHOUT_TRACE_CONTEXT } from "./edge-callers.ts";
import { EDGE_LIMITS, type EdgeLimits, limitArguments, limitMiddlewares } from "./edge-limits.ts";
import { EDGE_LABEL } from "./socket-proxy.ts";
import { type RouteSplit, renderVersions } from "./traefik-split.ts";

/** A route of the edge: which requests go to which servers. */
export interface Route {
  /** Name of the service behind it; also the file's name. */
  readonly name: string;
  /** Requests whose path starts with this. */
  readonly pathPrefix: string;
  /** Only for this host name. @default - any */
  readonly hostname?: string;
  /** The servers, `host:port`, as the edge reaches them. */
  readonly servers: readonly string[];
  /** The edge asks this path of each server and leaves out those that do not answer 2xx. */
  readonly readyPath: string;
  /** What is asked through the edge to see that users are answered; false for nothing. @default - `pathPrefix` */
  readonly probePath?: string | false;
  /** What a drill's visitors ask for, with `{n}` for another number each time. @default - `probePath` */
  readonly drillPath?: string;
  /**
   * The web server that hands these requests on: they come by the entry point `inner`, and visitors reach that server
   * in its place. @default - none: visitors' requests come straight from the edge
   */
  readonly through?: string;
  /** Largest body of a request; beyond it, the answer is 413. @default "1MiB" */
  readonly bodyLimit?: BodyLimit;
  /** A candidate beside the servers. @default - there is no rollout */
  readonly split?: RouteSplit;
}

/** A port of the edge that is one site's alone. */
export interface SitePort {
  /** Port inside the container. */
  readonly inside: number;
  /** URL that visitors reach the site at, with a slash at its end. */
  readonly url: string;
  /** Host names that visitors may say there, in small letters. */
  readonly hostnames: readonly string[];
}

/** Where routes may come from. */
export const DISCOVERIES = ["file", "docker-labels"] as const;

/** Where routes come from: the services of the program, or the labels of other containers, too. */
export type Discovery = (typeof DISCOVERIES)[number];

/** What Traefik needs to find containers by their Docker labels. */
export interface DockerLabels {
  /** The stack: containers whose label `vigie.edge` has this value are looked at. */
  readonly stack: string;
  /** The socket proxy, `host:port`. */
  readonly socketProxy: string;
  /** Docker's name of the network in which Traefik reaches the containers. */
  readonly network: string;
}

/** The spans that Traefik makes of requests. */
export interface EdgeSpans {
  /** The edge's name: `service.name` of its spans. */
  readonly name: string;
  /** Host name of the Collector. */
  readonly collector: string;
  /** The stack's name: `deployment.environment.name` of its spans. */
  readonly environment: string;
}

/** What may be chosen of Traefik's arguments. */
export interface TraefikChoices {
  /** Finds containers by their Docker labels, too; they must say `traefik.enable=true`. @default - it does not */
  readonly labels?: DockerLabels;
  /** Follows requests. @default - it does not */
  readonly spans?: EdgeSpans;
  /** Ports inside the container that are one site's each, by its name. @default {} */
  readonly sites?: Readonly<Record<string, number>>;
  /** How long a client may take. @default EDGE_LIMITS */
  readonly limits?: EdgeLimits;
  /** Who is believed what he says in a header. @default - nobody */
  readonly callers?: EdgeCallers;
}

/** What may be chosen of one route. */
export interface RouteChoices {
  /** The site's own port: visitors reach it there, too. @default - it has none */
  readonly own?: SitePort | undefined;
  /** Who is believed what he says in a header. @default - nobody */
  readonly callers?: EdgeCallers | undefined;
}

/** Ports inside the container: above 1023, since it runs as no root and without capabilities. */
export const TRAEFIK_PORTS = { web: 8000, websecure: 8443, dashboard: 8080, metrics: 8082, inner: 8001 } as const;

/** The first port inside the container of those that are one site's each. */
export const TRAEFIK_SITE_PORTS = 8100;

/** Name of the entry point of a site's own port. */
const siteEntryPoint = (site: string): string => `site-${site}`;

/** The entry points that visitors reach. */
const VISITED = ["web", "websecure"] as const;

/** What all their requests pass first, those for containers that are found by labels, too; see {@link renderTraefikBase}. */
const FIRST = ["rate@file", "in-flight@file", "headers@file"] as const;

/** Where Traefik reads its routes, in its container. */
export const TRAEFIK_ROUTES_DIRECTORY = "/etc/traefik/routes";

/** Where Traefik reads who may see the dashboard: lines of `user:bcrypt hash`. */
export const TRAEFIK_USERS_FILE = "/run/secrets/dashboard-users";

/**
 * Command-line arguments of Traefik. What needs a restart is here; routes are files and land without one.
 *
 * Traefik's own update check and usage statistics are off: a proxy calls nobody.
 *
 * @example
 * ```ts
 * renderTraefikArguments({ spans: { name: "edge", collector: "vigie-dev-collector", environment: "dev" } });
 * ```
 */
export function renderTraefikArguments(choices: TraefikChoices = {}): readonly string[] {
  const { labels, spans, limits, callers, sites = {} } = choices;
  const own = Object.entries(sites).map(([site, port]) => [siteEntryPoint(site), port] as const);
  return [
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
    ...[...Object.entries(TRAEFIK_PORTS), ...own].flatMap(([name, port]) => [
      `--entrypoints.${name}.address=:${port}`,
      // A server that reads X_Served_By as X-Served-By could be told what only the edge may say.
      `--entrypoints.${name}.http.aliasheadersstrategy=delete`,
    ]),
    ...[...VISITED, ...own.map(([name]) => name)].flatMap((name) => visitedArguments(name, limits, callers)),
    // Published to nobody: what comes by it has been through the edge before, which said then for whom it asks. The web
    // server between is no visitor and is not added.
    "--entrypoints.inner.forwardedheaders.insecure=true",
    "--entrypoints.inner.forwardedheaders.notappendxforwardedfor=true",
    `--providers.file.directory=${TRAEFIK_ROUTES_DIRECTORY}`,
    "--providers.file.watch=true",
    "--api.dashboard=true",
    "--ping=true",
    "--ping.entrypoint=metrics",
    "--metrics.prometheus=true",
    "--metrics.prometheus.entrypoint=metrics",
    "--metrics.prometheus.addrouterslabels=true",
    `--metrics.prometheus.buckets=${TRAEFIK_BUCKETS.join(",")}`,
    "--log.format=json",
    "--log.level=INFO",
    "--accesslog=true",
    "--accesslog.format=json",
    // Header values and query strings may hold personal data; Traefik keeps the latter unless it is told.
    "--accesslog.fields.headers.defaultmode=drop",
    "--accesslog.fields.queryparameters.defaultmode=drop",
    ...(spans === undefined ? [] : spanArguments(spans)),
    ...(labels === undefined ? [] : labelArguments(labels)),
  ];
}

function visitedArguments(entryPoint: string, limits: EdgeLimits = {}, { trustedProxies = [] }: EdgeCallers = {}) {
  return [
    ...limitArguments(entryPoint, { ...EDGE_LIMITS, ...limits }),
    `--entrypoints.${entryPoint}.http.middlewares=${FIRST.join(",")}`,
    // A route says itself that it is followed, and for whom: what is found by labels is not, or visitors' traces went on.
    `--entrypoints.${entryPoint}.observability.tracing=false`,
    ...(trustedProxies.length === 0
      ? []
      : [`--entrypoints.${entryPoint}.forwardedheaders.trustedips=${trustedProxies.join(",")}`]),
  ];
}

// Traefik takes the values out of a query before it writes it into a span, and writes no headers. It follows all requests
// but those of a trusted caller who says that he follows none: which traces are kept is decided when they have ended.
function spanArguments({ name, collector, environment }: EdgeSpans): readonly string[] {
  return [
    `--tracing.otlp.http.endpoint=http://${collector}:${TRACE_PORTS.http}/v1/traces`,
    `--tracing.servicename=${name}`,
    "--tracing.samplerate=1",
    `--tracing.resourceattributes.deployment.environment.name=${environment}`,
  ];
}

function labelArguments({ stack, socketProxy, network }: DockerLabels): readonly string[] {
  return [
    `--providers.docker.endpoint=tcp://${socketProxy}`,
    `--providers.docker.network=${network}`,
    "--providers.docker.exposedbydefault=false",
    // The proxy shows no others. Should it ever, Traefik leaves them alone.
    `--providers.docker.constraints=Label(\`${EDGE_LABEL}\`, \`${stack}\`)`,
    // A router that names no entry point would be on all of them: on the dashboard's and on the metrics', too.
    "--entrypoints.web.asdefault=true",
    // Not `allowemptyservices`: a container that is not healthy yet would be a server without an address, which Traefik
    // takes for well until its first check (seen with 3.7.15: `unsupported protocol scheme`).
  ];
}

/** The healthcheck that Traefik's image brings: its own ping. */
export const TRAEFIK_HEALTH = [
  "CMD",
  "traefik",
  "healthcheck",
  "--ping=true",
  "--ping.entrypoint=metrics",
  `--entrypoints.metrics.address=:${TRAEFIK_PORTS.metrics}`,
] as const;

/** What all routes share may be told. */
export interface TraefikBase {
  /** What one address may ask. @default EDGE_LIMITS */
  readonly limits?: EdgeLimits;
  /** Who is believed what he says in a header. @default - nobody */
  readonly callers?: EdgeCallers;
}

/** The dashboard's route and what all routes share. The dashboard asks for a password. */
export function renderTraefikBase({ limits, callers }: TraefikBase = {}): readonly ConfigFile[] {
  return [
    yamlFile("_base.yml", {
      http: {
        routers: {
          dashboard: {
            entryPoints: ["dashboard"],
            rule: "PathPrefix(`/`)",
            service: "api@internal",
            middlewares: ["dashboard-users"],
          },
        },
        middlewares: {
          "dashboard-users": { basicAuth: { usersFile: TRAEFIK_USERS_FILE, removeHeader: true } },
          // A server that was just stopped refuses the connection: the next one answers, so a rollout loses no request.
          ...limitMiddlewares({ ...EDGE_LIMITS, ...limits }, callers?.trustedProxies),
          headers: {
            headers: {
              ...WITHOUT_TRACE_CONTEXT.headers,
              contentTypeNosniff: true,
              // What runs behind the edge, and in which version, is nobody's business.
              customResponseHeaders: { Server: "", "X-Powered-By": "" },
            },
          },
          ...bodyLimitMiddlewares(),
          "retry-refused": { retry: { attempts: 3, initialInterval: "50ms" } },
        },
      },
    }),
  ];
}

/**
 * Renders one route as a file of Traefik's file provider, over HTTP and HTTPS. A change of a split's weight is a change of
 * this file alone.
 *
 * @param more its own port, and who is believed what he says in a header
 * @example
 * ```ts
 * renderTraefikRoute({ name: "catalog", pathPrefix: "/api", servers: ["catalog-1:5000"], readyPath: "/ready" });
 * ```
 */
export function renderTraefikRoute(route: Route, more: RouteChoices = {}): readonly ConfigFile[] {
  const { name } = route;
  const services = renderVersions(route, (servers) => ({
    loadBalancer: {
      servers: servers.map((server) => ({ url: `http://${server}` })),
      healthCheck: healthCheckOf(route),
    },
  }));
  return [yamlFile(`${name}.yml`, { http: { routers: routersOf(route, more), services } })];
}

/**
 * The same route as the labels of a container that is one of its servers.
 *
 * @param stack the stack whose edge it is: `<project>/<stack>`
 * @param port the server's port in its container
 * @param more the same as in a file
 * @example
 * ```ts
 * traefikLabels(route, { stack: "vigie/dev", port: 5000 });
 * ```
 */
export function traefikLabels(
  route: Route,
  { stack, port, ...more }: { readonly stack: string; readonly port: number } & RouteChoices,
): Readonly<Record<string, string>> {
  const loadBalancer = { server: { port }, healthCheck: healthCheckOf(route) };
  const http = { routers: routersOf(route, more), services: { [route.name]: { loadBalancer } } };
  return { [EDGE_LABEL]: stack, "traefik.enable": "true", ...flatten("traefik.http", http) };
}

// Traefik reads labels whatever their letters' size; its own documentation writes small ones.
function flatten(prefix: string, value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return { [prefix]: String(value) };
  if (Array.isArray(value)) return { [prefix]: value.join(",") };
  const fields = Object.entries(value);
  // An empty object, such as that of TLS without options, is said by `true`.
  if (fields.length === 0) return { [prefix]: "true" };
  return Object.assign({}, ...fields.map(([name, field]) => flatten(`${prefix}.${name.toLowerCase()}`, field)));
}

function healthCheckOf({ readyPath }: Route): object {
  return { path: readyPath, interval: "1s", timeout: "1s" };
}

function routersOf(route: Route, { own, callers }: RouteChoices): Readonly<Record<string, object>> {
  const { name, through, bodyLimit } = route;
  const shared = { service: name, middlewares: ["retry-refused@file"] };
  const priority = priorityOf(route);
  const followed = { ...shared, priority, observability: { tracing: true } };
  // What a route does not take is no request of its service: no objective counts it.
  const bodies = refusedBodies(bodyLimit);
  const refused = (point: string, suffix: string, rule: string, more: object = {}) =>
    Object.fromEntries(
      bodies.map((body) => [
        `${name}${body.suffix}${suffix}`,
        {
          entryPoints: [point],
          rule: `${rule} && ${body.rule}`,
          service: "noop@internal",
          middlewares: [`${body.middleware}@file`],
          priority: priority + 1,
          observability: { tracing: false },
          ...more,
        },
      ]),
    );
  // It has been through the edge before, which began the trace that it brings.
  if (through !== undefined) {
    const rule = renderRule(route);
    return { [name]: { entryPoints: ["inner"], rule, ...followed }, ...refused("inner", "", rule) };
  }
  // The same requests, where they bring a trace: before the others, and after all that comes before them.
  const foreign = { ...shared, priority: priority + 1, observability: { tracing: false } };
  const taken = bodies.map((body) => ` && !${body.rule}`).join("");
  const at = (point: string, suffix: string, rule: string, more: object = {}) => ({
    [`${name}${suffix}`]: { entryPoints: [point], rule, ...followed, ...more },
    [`${name}-foreign${suffix}`]: {
      entryPoints: [point],
      rule: `${rule}${taken} && ${foreignTraceRule(callers)}`,
      ...foreign,
      ...more,
    },
    ...refused(point, suffix, rule, more),
  });
  return {
    ...at("web", "", renderRule(route)),
    ...at("websecure", "-tls", renderRule(route), { tls: {} }),
    ...(own === undefined ? {} : at(siteEntryPoint(name), "-port", renderRule(route, own.hostnames))),
  };
}

/** Above the length of any rule: a route for one host name comes before those for all. */
const HOST_PRIORITY = 100_000;

/**
 * Which of two routes that match the same request wins. By itself Traefik prefers the longer text of a rule, so that a
 * path of a route for any host would win over a short host name. Of two paths that hold the same request, one is below
 * the other: the one with more parts. Few parts are fewer than the letters of any rule that names a host, so a
 * container that is found by its labels and asks for a host name comes before the routes for all. Every second number is
 * left for those of a route's requests that bring a trace, and for those whose body it does not take: no request is both.
 */
function priorityOf({ pathPrefix, hostname }: Route): number {
  const parts = pathPrefix.split("/").filter((part) => part !== "").length;
  return 1 + 2 * parts + (hostname === undefined ? 0 : HOST_PRIORITY);
}

/** Whether two routes are for the very same requests, however they are spelled: `/shop` and `/shop/`, `A.example` and `a.example`. */
export function sameRequests(one: Pick<Route, "pathPrefix" | "hostname">, other: typeof one): boolean {
  return renderRule(one) === renderRule(other);
}

// `/api` must not take `/apiary`: the path itself, or anything below it.
function renderRule(
  route: Pick<Route, "pathPrefix" | "hostname">,
  hostnames: readonly string[] = route.hostname === undefined ? [] : [route.hostname.toLowerCase()],
): string {
  const prefix = route.pathPrefix.replace(/\/+$/, "");
  const path = prefix === "" ? "PathPrefix(`/`)" : `(Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
  const hosts = hostnames.map((hostname) => `Host(\`${hostname}\`)`).join(" || ");
  if (hostnames.length === 0) return path;
  return `${hostnames.length === 1 ? hosts : `(${hosts})`} && ${path}`;
}
