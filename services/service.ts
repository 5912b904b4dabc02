import { type BodyLimit, bodyLimitProblems } from "./body-limit.ts";
import { flowTarget } from "./flow.ts";
import { HIGH_PORT, HOSTNAME, METRIC_NAME, REPLICAS, SERIES, SERVICE_NAME } from "./grammar.ts";
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
  /** Port of its metrics, without TLS, where what asks at `port` has to show a certificate. @default - `port` */
  readonly operationsPort?: number;
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
  /**
   * It reads all of its secrets anew while it runs: where one is changed, its containers stay, and see the new file.
   *
   * @default false: a changed secret replaces them
   */
  readonly readsSecretsAnew?: boolean;
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

/** One thing that a service has to be: whether it is, the property, what was given, what is allowed, the fix. */
type Row = readonly [fine: boolean, property: string, given: unknown, allowed: string, fix?: string];

function problemsOf(service: Service): Problem[] {
  const wrong = (rows: readonly Row[]): Problem[] =>
    rows
      .filter(([fine]) => !fine)
      .map(([, property, given, allowed, fix]) => ({
        property,
        given,
        allowed,
        ...(fix === undefined ? {} : { fix }),
      }));
  return [
    ...wrong([
      ...ofProgram(service),
      ...ofLimits(service),
      ...(service.route === undefined ? [] : ofRoute(service.route)),
    ]),
    ...bodyLimitProblems(service.route?.bodyLimit),
    ...wrong([...ofProbes(service), ...ofSurroundings(service)]),
  ];
}

/** Whether a text is an absolute path without anything that a shell or a URL reads otherwise. */
const isPath = (value: string): boolean => value.startsWith("/") && !/[\s"'`\\?#]/.test(value);

function ofProgram({ name, port, operationsPort, replicas, user }: Service): readonly Row[] {
  return [
    [SERVICE_NAME.fits(name), "name", name, SERVICE_NAME.allowed],
    [
      HIGH_PORT.fits(port),
      "port",
      port,
      HIGH_PORT.allowed,
      "Lower ports need root inside the container: let the service listen on a higher one; the edge serves 80 and 443.",
    ],
    [
      operationsPort === undefined || (HIGH_PORT.fits(operationsPort) && operationsPort !== port),
      "operationsPort",
      operationsPort,
      `${HIGH_PORT.allowed}, and another one than \`port\``,
    ],
    [REPLICAS.fits(replicas), "replicas", replicas, REPLICAS.allowed],
    [
      /^[1-9]\d*:[1-9]\d*$/.test(user),
      "user",
      user,
      'user and group as numbers above 0, such as "10001:10001"',
      "A service never runs as root.",
    ],
  ];
}

function ofLimits({ limits: { memory, processes, cpus } }: Service): readonly Row[] {
  return [
    [(toMebibytes(memory) ?? 0) >= 6, "limits.memory", memory, 'a size of at least 6MiB, such as "256MiB" or "1GiB"'],
    [Number.isInteger(processes) && processes > 0, "limits.processes", processes, "a whole number above 0"],
    [cpus === undefined || Number(cpus) > 0, "limits.cpus", cpus, 'a number above 0 as text, such as "0.5"'],
  ];
}

function ofRoute({
  pathPrefix,
  hostname,
  probePath = false,
  drillPath,
}: NonNullable<Service["route"]>): readonly Row[] {
  return [
    [
      isPath(pathPrefix) && !/\/(?:\/|\.{1,2}(?:\/|$))|%/.test(pathPrefix),
      "route.pathPrefix",
      pathPrefix,
      'a path that starts with "/", without "//", "/./", "/../" or "%"',
      "Clients rewrite such a path before they send it: no request would match.",
    ],
    [hostname === undefined || HOSTNAME.fits(hostname), "route.hostname", hostname, HOSTNAME.allowed],
    [
      probePath === false || isBelow(probePath, pathPrefix),
      "route.probePath",
      probePath,
      `false, or a path of the route, ${pathPrefix}, with a query if it needs one`,
      "Another path would ask another service.",
    ],
    [
      drillPath === undefined || (probePath !== false && isBelow(drillPath, pathPrefix)),
      "route.drillPath",
      drillPath,
      `a path of the route, ${pathPrefix}, next to a probePath`,
      "Who drills asks what the probe asks, or more of it.",
    ],
  ];
}

function ofProbes({ readyPath, metricsPath, metrics, seriesBudget, health }: Service): readonly Row[] {
  return [
    [isPath(readyPath), "readyPath", readyPath, 'a path that starts with "/"'],
    [metricsPath === false || isPath(metricsPath), "metricsPath", metricsPath, 'a path that starts with "/", or false'],
    ...metrics.map((name, index): Row => [METRIC_NAME.fits(name), `metrics[${index}]`, name, METRIC_NAME.allowed]),
    [seriesBudget === undefined || SERIES.fits(seriesBudget), "seriesBudget", seriesBudget, SERIES.allowed],
    [
      health.length > 1 && (health[0] === "CMD" || health[0] === "CMD-SHELL"),
      "health",
      health,
      '"CMD" or "CMD-SHELL" and a command',
      'For HTTP: httpProbe("python", 5000, "/ready").',
    ],
  ];
}

function ofSurroundings({ env, outside, secretFiles, tmpfs, stopSeconds, owner }: Service): readonly Row[] {
  return [
    ...Object.entries(env).flatMap(([name, value]) => ofVariable(name, value)),
    ...outside.map(
      (address, index): Row => [
        flowTarget(address) !== undefined,
        `outside[${index}]`,
        address.includes("@") ? "(not shown)" : address,
        'a machine that is not this one, as host:port or a URL without a user, such as "https://pay.example"',
      ],
    ),
    ...secretFiles.map(
      (name, index): Row => [
        /^[A-Za-z0-9._-]+$/.test(name),
        `secretFiles[${index}]`,
        name,
        "a file name of letters, digits, . _ -",
      ],
    ),
    ...tmpfs.map(
      (directory, index): Row => [
        isPath(directory) && directory !== "/",
        `tmpfs[${index}]`,
        directory,
        'an absolute directory other than "/"',
      ],
    ),
    [
      Number.isInteger(stopSeconds) && stopSeconds > 0 && stopSeconds <= 300,
      "stopSeconds",
      stopSeconds,
      "a whole number of seconds from 1 to 300",
    ],
    [isOwner(owner), "owner", owner, OWNER_ALLOWED],
  ];
}

function ofVariable(name: string, value: unknown): readonly Row[] {
  const file = name.toLowerCase();
  return [
    [/^[A-Za-z_]\w*$/.test(name), `env.${name}`, name, "letters, digits and _, not starting with a digit"],
    [
      !/(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY)$/i.test(name),
      `env.${name}`,
      "(not shown)",
      "no secret in the environment",
      `Add ${JSON.stringify(file)} to secretFiles and let the service read /run/secrets/${file}.`,
    ],
    [typeof value === "string", `env.${name}`, value, "text"],
  ];
}
