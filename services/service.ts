import { type BodyLimit, bodyLimitProblems } from "./body-limit.ts";
import { flowTarget } from "./flow.ts";
import { DEFAULT_OWNER, isOwner, OWNER_ALLOWED } from "./owner.ts";
import { type Problem, refuseIf } from "./problems.ts";
import { toMebibytes } from "./units.ts";

/** Where the image of a service comes from: built here from source, or pulled. */
export type ServiceImage = BuiltImage | PulledImage;

/** An image that is built on the host that runs it. */
export interface BuiltImage {
  /** The build's context: a directory, absolute or relative to the program. */
  readonly context: string;
  /** The Dockerfile, relative to the context. @default "Dockerfile" */
  readonly dockerfile?: string;
  /**
   * Files and directories of the context that the image is made from. They name the image: when one changes, the
   * image is built again. @default - the whole context
   */
  readonly sources?: readonly string[];
  /**
   * Base images as build arguments: name of the argument, and key of the image catalogue. `build: true` marks a base
   * of a build stage: it gets the company's CA bundle, where one is set. Nothing of it may be copied into the result.
   */
  readonly bases: Readonly<Record<string, BaseImage>>;
}

/** One base image of a build. */
export interface BaseImage {
  /** Key of the image catalogue in `config/images.ts`. */
  readonly image: string;
  /** True for a base of a build stage. @default false */
  readonly build?: boolean;
}

/** An image that is pulled as it is. */
export interface PulledImage {
  /** Full reference, with a tag or a digest. */
  readonly reference: string;
}

/** A public route to a service through the edge. */
export interface RouteSpec {
  /** Requests whose path starts with this go to the service. `"/"` takes what no other route does. */
  readonly pathPrefix: string;
  /** Only for this host name. @default - any */
  readonly hostname?: string;
  /**
   * What is asked through the edge all the time, to see that users are answered: a path, with a query if it needs one,
   * that answers 2xx to a GET and changes nothing. False where there is none; then nothing is asked.
   *
   * @default - `pathPrefix`
   */
  readonly probePath?: string | false;
  /**
   * What the visitors of a drill ask for: a path as that of `probePath`, whose answer no cache keeps, where the stores behind
   * it are to be felt. `{n}` in it is another number each time: `/api/films?query={n}`.
   *
   * @default - `probePath`
   */
  readonly drillPath?: string;
  /**
   * Largest body of a request; beyond it the edge answers 413, before it reads any of it. A body must say its length then:
   * POST, PUT and PATCH without one get 411. False takes all, streams too; then the service limits them itself.
   *
   * @default "1MiB" - of a PHP site, the size of an upload and 1 MiB
   */
  readonly bodyLimit?: BodyLimit;
}

/** What a container may use of its host. */
export interface Limits {
  /** Memory, hard; swap is none. @default "256MiB" */
  readonly memory?: string;
  /** Processors, as a decimal: `"0.5"`. @default - no limit */
  readonly cpus?: string;
  /** Processes and threads of the container's user. @default 512 */
  readonly processes?: number;
}

/** All that runs one service. What watches it follows from this. */
export interface ServiceSpec {
  /** Name in kebab-case: the container's name, the host name in the network, and the `job` of its metrics. */
  readonly name: string;
  /** Where its image comes from. */
  readonly image: ServiceImage;
  /** The port that it listens on inside its container, above 1023: it does not run as root. */
  readonly port: number;
  /** Number of containers. @default 1 */
  readonly replicas?: number;
  /** User and group as numbers. @default "10001:10001" */
  readonly user?: string;
  /** Public route. @default - none: only other services reach it */
  readonly route?: RouteSpec;
  /** Healthcheck as a Docker command, see `httpProbe`. */
  readonly health: readonly string[];
  /** HTTP path that answers 2xx when the service can take traffic; the edge asks it. @default "/ready" */
  readonly readyPath?: string;
  /** Path of its metrics, or false where it has none. @default "/metrics" */
  readonly metricsPath?: string | false;
  /**
   * It makes spans of its requests where it is told to, and names the trace in its lines and exemplars: what uses
   * `services/telemetry` does. `npm run verify` then looks for all three.
   *
   * @default false
   */
  readonly traced?: boolean;
  /**
   * Its own metrics that are kept although no rule and no panel uses them: all others are dropped when they are scraped.
   * A histogram's name is without `_bucket`, `_count` and `_sum`. @default []
   */
  readonly metrics?: readonly string[];
  /** Series that one of its containers may have; with a quarter more, it is no longer scraped. @default 2000 */
  readonly seriesBudget?: number;
  /** Limits of one container. */
  readonly limits?: Limits;
  /** Environment. Never a secret: those are files. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What it asks outside of the host, as `host:port` or URLs. With one it has a way out, which does not end there: Docker
   * lets it ask everybody then. What it `uses` is not named again. @default []
   */
  readonly outside?: readonly string[];
  /** Names of secrets that it needs as files in `/run/secrets`; the values are given where it is deployed. */
  readonly secretFiles?: readonly string[];
  /** Directories in memory that it may write to. @default ["/tmp"] */
  readonly tmpfs?: readonly string[];
  /** Seconds between SIGTERM and SIGKILL. @default 15 */
  readonly stopSeconds?: number;
  /** Who looks after it, the label `owner` of its alerts: a team or a role. @default "platform" */
  readonly owner?: string;
}

/** A checked {@link ServiceSpec} with every default filled in. */
export interface Service extends ServiceSpec {
  readonly replicas: number;
  readonly user: string;
  readonly readyPath: string;
  readonly metricsPath: string | false;
  readonly metrics: readonly string[];
  readonly limits: Limits & { readonly memory: string; readonly processes: number };
  readonly env: Readonly<Record<string, string>>;
  readonly outside: readonly string[];
  readonly secretFiles: readonly string[];
  readonly tmpfs: readonly string[];
  readonly stopSeconds: number;
  readonly owner: string;
}

/**
 * Declares a service. Everything that can be wrong with a declaration by itself is checked here.
 *
 * @throws DeclarationError with every problem.
 * @example
 * ```ts
 * export const catalog = defineService({
 *   name: "catalog",
 *   image: { context: "services", dockerfile: "storefront/catalog/Dockerfile", bases: { PYTHON_BASE: { image: "python" } } },
 *   port: 5000,
 *   replicas: 2,
 *   route: { pathPrefix: "/api" },
 *   health: httpProbe("python", 5000, "/ready"),
 * });
 * ```
 */
export function defineService(spec: ServiceSpec): Service {
  const service: Service = {
    ...spec,
    replicas: spec.replicas ?? 1,
    user: spec.user ?? "10001:10001",
    readyPath: spec.readyPath ?? "/ready",
    metricsPath: spec.metricsPath ?? "/metrics",
    metrics: spec.metrics ?? [],
    limits: { memory: "256MiB", processes: 512, ...spec.limits },
    env: spec.env ?? {},
    outside: spec.outside ?? [],
    secretFiles: spec.secretFiles ?? [],
    tmpfs: spec.tmpfs ?? ["/tmp"],
    stopSeconds: spec.stopSeconds ?? 15,
    owner: spec.owner ?? DEFAULT_OWNER,
  };
  refuseIf(`service ${JSON.stringify(spec.name)}`, problemsOf(service));
  return service;
}

/** Whether the edge sends a request for this path, with or without a query, to the route of this prefix. */
function isBelow(path: string, prefix: string): boolean {
  const [withoutQuery = ""] = path.split("?");
  return /^\/[^\s"'`\\#]*$/.test(path) && `${withoutQuery}/`.startsWith(`${prefix.replace(/\/+$/, "")}/`);
}

/** Whether a name can be that of a metric. */
export function isMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

/** Whether a number can be that of a target's series. */
export function isSeriesBudget(series: number): boolean {
  return Number.isInteger(series) && series > 0 && series <= 100_000;
}

const NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

function problemsOf(service: Service): Problem[] {
  const problems: Problem[] = [];
  const check = (fine: boolean, property: string, given: unknown, allowed: string, fix?: string): void => {
    if (!fine) problems.push(fix === undefined ? { property, given, allowed } : { property, given, allowed, fix });
  };
  const path = (value: string): boolean => value.startsWith("/") && !/[\s"'`\\?#]/.test(value);

  check(
    NAME.test(service.name),
    "name",
    service.name,
    "1 to 40 of a-z, 0-9 and -, starting with a letter, not ending with -",
  );
  check(
    Number.isInteger(service.port) && service.port > 1023 && service.port < 65_536,
    "port",
    service.port,
    "a whole number from 1024 to 65535",
    "Lower ports need root inside the container: let the service listen on a higher one; the edge serves 80 and 443.",
  );
  check(
    Number.isInteger(service.replicas) && service.replicas > 0 && service.replicas <= 50,
    "replicas",
    service.replicas,
    "a whole number from 1 to 50",
  );
  check(
    /^[1-9]\d*:[1-9]\d*$/.test(service.user),
    "user",
    service.user,
    'user and group as numbers above 0, such as "10001:10001"',
    "A service never runs as root.",
  );
  check(
    (toMebibytes(service.limits.memory) ?? 0) >= 6,
    "limits.memory",
    service.limits.memory,
    'a size of at least 6MiB, such as "256MiB" or "1GiB"',
  );
  check(
    Number.isInteger(service.limits.processes) && service.limits.processes > 0,
    "limits.processes",
    service.limits.processes,
    "a whole number above 0",
  );
  if (service.limits.cpus !== undefined) {
    check(
      Number(service.limits.cpus) > 0,
      "limits.cpus",
      service.limits.cpus,
      'a number above 0 as text, such as "0.5"',
    );
  }
  if (service.route !== undefined) {
    check(
      path(service.route.pathPrefix) && !/\/(?:\/|\.{1,2}(?:\/|$))|%/.test(service.route.pathPrefix),
      "route.pathPrefix",
      service.route.pathPrefix,
      'a path that starts with "/", without "//", "/./", "/../" or "%"',
      "Clients rewrite such a path before they send it: no request would match.",
    );
    const name = service.route.hostname;
    check(
      name === undefined || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name),
      "route.hostname",
      name,
      'a host name in small letters, such as "shop.example"',
    );
    const { probePath = false, drillPath } = service.route;
    check(
      probePath === false || isBelow(probePath, service.route.pathPrefix),
      "route.probePath",
      probePath,
      `false, or a path of the route, ${service.route.pathPrefix}, with a query if it needs one`,
      "Another path would ask another service.",
    );
    check(
      drillPath === undefined || (probePath !== false && isBelow(drillPath, service.route.pathPrefix)),
      "route.drillPath",
      drillPath,
      `a path of the route, ${service.route.pathPrefix}, next to a probePath`,
      "Who drills asks what the probe asks, or more of it.",
    );
    problems.push(...bodyLimitProblems(service.route.bodyLimit));
  }
  check(path(service.readyPath), "readyPath", service.readyPath, 'a path that starts with "/"');
  if (service.metricsPath !== false) {
    check(path(service.metricsPath), "metricsPath", service.metricsPath, 'a path that starts with "/", or false');
  }
  service.metrics.forEach((name, index) => {
    check(isMetricName(name), `metrics[${index}]`, name, 'the name of a metric, such as "cache_lookups_total"');
  });
  if (service.seriesBudget !== undefined) {
    check(
      isSeriesBudget(service.seriesBudget),
      "seriesBudget",
      service.seriesBudget,
      "a whole number from 1 to 100000",
    );
  }
  check(
    service.health.length > 1 && (service.health[0] === "CMD" || service.health[0] === "CMD-SHELL"),
    "health",
    service.health,
    '"CMD" or "CMD-SHELL" and a command',
    'For HTTP: httpProbe("python", 5000, "/ready").',
  );
  for (const [name, value] of Object.entries(service.env)) {
    check(/^[A-Za-z_]\w*$/.test(name), `env.${name}`, name, "letters, digits and _, not starting with a digit");
    check(
      !/(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$/i.test(name),
      `env.${name}`,
      "(not shown)",
      "no secret in the environment",
      `Add ${JSON.stringify(name.toLowerCase())} to secretFiles and let the service read /run/secrets/${name.toLowerCase()}.`,
    );
    check(typeof value === "string", `env.${name}`, value, "text");
  }
  service.outside.forEach((address, index) => {
    check(
      flowTarget(address) !== undefined,
      `outside[${index}]`,
      address.includes("@") ? "(not shown)" : address,
      'a machine that is not this one, as host:port or a URL without a user, such as "https://pay.example"',
    );
  });
  service.secretFiles.forEach((name, index) => {
    check(/^[A-Za-z0-9._-]+$/.test(name), `secretFiles[${index}]`, name, "a file name of letters, digits, . _ -");
  });
  service.tmpfs.forEach((directory, index) => {
    check(path(directory) && directory !== "/", `tmpfs[${index}]`, directory, 'an absolute directory other than "/"');
  });
  check(
    Number.isInteger(service.stopSeconds) && service.stopSeconds > 0 && service.stopSeconds <= 300,
    "stopSeconds",
    service.stopSeconds,
    "a whole number of seconds from 1 to 300",
  );
  check(isOwner(service.owner), "owner", service.owner, OWNER_ALLOWED);
  return problems;
}
