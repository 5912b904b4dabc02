import { TRAEFIK_BUCKETS } from "../signals/metrics/traefik.ts";
import type { Probe } from "../signals/signals.ts";
import { TRACE_PORTS } from "./collector-traces.ts";
import { type ConfigFile, yamlFile } from "./config-file.ts";
import { type EdgeCallers, foreignTraceRule, WITHOUT_TRACE_CONTEXT } from "./edge-callers.ts";
import { EDGE_LIMITS, type EdgeLimits, limitArguments, limitMiddlewares } from "./edge-limits.ts";
import { EDGE_LABEL } from "./socket-proxy.ts";

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
  /** How long a client may take. @default EDGE_LIMITS */
  readonly limits?: EdgeLimits;
  /** Who is believed what he says in a header. @default - nobody */
  readonly callers?: EdgeCallers;
}

/** Ports inside the container: above 1023, since it runs as no root and without capabilities. */
export const TRAEFIK_PORTS = { web: 8000, websecure: 8443, dashboard: 8080, metrics: 8082 } as const;

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
  const { labels, spans, limits, callers } = choices;
  return [
    "--global.checknewversion=false",
    "--global.sendanonymoususage=false",
    ...Object.entries(TRAEFIK_PORTS).flatMap(([name, port]) => [
      `--entrypoints.${name}.address=:${port}`,
      // A server that reads X_Served_By as X-Served-By could be told what only the edge may say.
      `--entrypoints.${name}.http.aliasheadersstrategy=delete`,
    ]),
    ...VISITED.flatMap((name) => visitedArguments(name, limits, callers)),
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
          "retry-refused": { retry: { attempts: 3, initialInterval: "50ms" } },
        },
      },
    }),
  ];
}

/**
 * Renders one route as a file of Traefik's file provider, over HTTP and HTTPS.
 *
 * @example
 * ```ts
 * renderTraefikRoute({ name: "catalog", pathPrefix: "/api", servers: ["catalog-1:5000"], readyPath: "/ready" });
 * ```
 */
export function renderTraefikRoute(route: Route, callers?: EdgeCallers): readonly ConfigFile[] {
  const rule = renderRule(route);
  const priority = priorityOf(route);
  const shared = { service: route.name, middlewares: ["retry-refused@file"] };
  const followed = { rule, priority, ...shared, observability: { tracing: true } };
  // The same requests, where they bring a trace: before the others, and after all that comes before them.
  const foreign = {
    rule: `${rule} && ${foreignTraceRule(callers)}`,
    priority: priority + 1,
    ...shared,
    observability: { tracing: false },
  };
  return [
    yamlFile(`${route.name}.yml`, {
      http: {
        routers: {
          [route.name]: { entryPoints: ["web"], ...followed },
          [`${route.name}-tls`]: { entryPoints: ["websecure"], ...followed, tls: {} },
          [`${route.name}-foreign`]: { entryPoints: ["web"], ...foreign },
          [`${route.name}-foreign-tls`]: { entryPoints: ["websecure"], ...foreign, tls: {} },
        },
        services: {
          [route.name]: {
            loadBalancer: {
              servers: route.servers.map((server) => ({ url: `http://${server}` })),
              healthCheck: { path: route.readyPath, interval: "1s", timeout: "1s" },
            },
          },
        },
      },
    }),
  ];
}

/** An edge, as visitors reach it. */
export interface VisitedEdge {
  /** Its name. */
  readonly name: string;
  /** Its URL. */
  readonly url: string;
}

/**
 * The probes of routes: each is asked through the edge, on its plain entry point, as a user would ask it.
 *
 * @param edge the edge's host name, as blackbox_exporter reaches it
 * @param visited the same edge, as visitors reach it
 * @example
 * ```ts
 * probesOf([{ name: "catalog", pathPrefix: "/api", servers: ["catalog-1:5000"], readyPath: "/ready" }], "vigie-dev-edge");
 * ```
 */
export function probesOf(routes: readonly Route[], edge: string, visited?: VisitedEdge): readonly Probe[] {
  return routes.flatMap(({ name, pathPrefix, hostname, probePath = pathPrefix }) =>
    probePath === false
      ? []
      : [
          {
            name,
            url: `http://${edge}:${TRAEFIK_PORTS.web}${probePath}`,
            ...(hostname === undefined ? {} : { hostname }),
            ...(visited === undefined
              ? {}
              : { visited: { url: new URL(probePath, visited.url).href, edge: visited.name } }),
          },
        ],
  );
}

/** Above the length of any rule: a route for one host name comes before those for all. */
const HOST_PRIORITY = 100_000;

/**
 * Which of two routes that match the same request wins. By itself Traefik prefers the longer text of a rule, so that a
 * path of a route for any host would win over a short host name. Of two paths that hold the same request, one is below
 * the other: the one with more parts. Few parts are fewer than the letters of any rule that names a host, so a
 * container that is found by its labels and asks for a host name comes before the routes for all. Every second number is
 * left for those of a route's requests that bring a trace.
 */
function priorityOf({ pathPrefix, hostname }: Route): number {
  const parts = pathPrefix.split("/").filter((part) => part !== "").length;
  return 2 * (1 + parts) + (hostname === undefined ? 0 : HOST_PRIORITY);
}

/** Whether two routes are for the very same requests, however they are spelled: `/shop` and `/shop/`, `A.example` and `a.example`. */
export function sameRequests(one: Pick<Route, "pathPrefix" | "hostname">, other: typeof one): boolean {
  return renderRule(one) === renderRule(other);
}

// `/api` must not take `/apiary`: the path itself, or anything below it.
function renderRule(route: Pick<Route, "pathPrefix" | "hostname">): string {
  const prefix = route.pathPrefix.replace(/\/+$/, "");
  const path = prefix === "" ? "PathPrefix(`/`)" : `(Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
  return route.hostname === undefined ? path : `Host(\`${route.hostname.toLowerCase()}\`) && ${path}`;
}
