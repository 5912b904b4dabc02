/** The services of the surveys: one image, and each container is told which of them it is. */

import { type CallAuth, OPERATIONS_PORT } from "../call-auth.ts";
import { httpProbe } from "../probe.ts";
import { defineService, type Service, type ServiceSpec } from "../service.ts";

/** The services that ask others. */
export const CALLERS = ["gateway"];

/** The services that the gateway asks, over the network or within its process. Each takes keys of its own: who has one can ask one service, and not the others. */
export const CALLEES = ["survey", "auth", "health"] as const;

type Own = Omit<ServiceSpec, "image" | "health" | "traced">;

function ofSurveys(spec: Own): Service {
  return defineService({
    ...spec,
    image: {
      context: "services",
      dockerfile: "surveys/Dockerfile",
      sources: [
        ".dockerignore",
        "surveys/Dockerfile",
        "surveys/package.json",
        "surveys/package-lock.json",
        "surveys/src",
        "surveys/pages/package.json",
        "surveys/pages/package-lock.json",
        "surveys/pages/tsconfig.json",
        "surveys/pages/vite.config.ts",
        "surveys/pages/src",
        "surveys/pages/static",
        "telemetry/node",
        "calls",
      ],
      bases: { NODE_BUILD_BASE: { image: "node", build: true }, NODE_BASE: { image: "node" } },
    },
    traced: true,
    health: httpProbe("node", spec.operationsPort ?? spec.port, "/ready"),
    readsSecretsAnew: true,
    limits: { memory: "128MiB", ...spec.limits },
    env: { SURVEYS_SERVICE: spec.name, ...spec.env },
  });
}

/** What the services are deployed with that others call. */
export interface CalledSpec {
  /** How its callers prove who they are. */
  readonly callAuth: CallAuth;
}

// One that takes calls of others. By mutual TLS, whoever scrapes and probes has a port of its own.
function asked({ callAuth }: CalledSpec, spec: Own): Service {
  const isMutual = callAuth === "mutual-tls";
  return ofSurveys({
    ...spec,
    ...(isMutual ? { operationsPort: OPERATIONS_PORT } : {}),
  });
}

/**
 * What a service gets of the declaration of one that is within its process: what that asks, measures, and is told.
 */
function withinOf({
  env,
  metrics,
  secretFiles,
  outside,
}: Service): Pick<Service, "env" | "metrics" | "secretFiles" | "outside"> {
  const { SURVEYS_SERVICE: _name, ...own } = env;
  return { env: own, metrics, secretFiles, outside };
}

/**
 * Seconds that the gateway waits for a service: as long as survey may take for a new request, which waits for its turn and tries
 * REDCap again, and auth for a mail.
 */
export const WAIT_SECONDS = 20;

/** What the gateway is deployed with. */
export interface GatewaySpec {
  /** Host name by which visitors reach it. */
  readonly hostname: string;
  /** URL that they reach it at, without a slash at its end. */
  readonly publicUrl: string;
  /** Number of containers. @default 1 */
  readonly replicas?: number;
  /** Declarations of the services within its process; the others are asked over the network. @default [] */
  readonly within?: readonly Service[];
}

/** Takes what visitors ask: sessions, limits, and whose request it is; then asks the others. */
export function gateway({ hostname, publicUrl, replicas, within = [] }: GatewaySpec): Service {
  const parts = within.map(withinOf);
  const names = within.map(({ name }) => name);
  return ofSurveys({
    name: "gateway",
    port: 3000,
    ...(replicas === undefined ? {} : { replicas }),
    // Measured: 75 MiB when nobody asks; under 120 to 260 requests a second at most 107 MiB, and 125 MiB with all within.
    limits: { memory: names.includes("survey") ? "256MiB" : "192MiB" },
    // Thirty-six routes, each with its histogram by status.
    seriesBudget: 4000,
    route: { pathPrefix: "/", hostname, probePath: "/api/v1/health" },
    metrics: [
      ...["gateway_sessions_total", "service_call_duration_seconds", "service_calls_total"],
      ...parts.flatMap(({ metrics }) => metrics),
    ],
    env: {
      ...Object.assign({}, ...parts.map(({ env }) => env)),
      PUBLIC_URL: publicUrl,
      // How long the others may take, their callers say where they are connected.
      ...Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_TIMEOUT_MS`, String(WAIT_SECONDS * 1000)])),
      ...(names.length === 0 ? {} : { SURVEYS_WITHIN: names.join(",") }),
    },
    secretFiles: parts.flatMap(({ secretFiles }) => secretFiles),
    outside: parts.flatMap(({ outside }) => outside),
  });
}

/** What the survey service is deployed with. */
export interface SurveySpec extends CalledSpec {
  /** REDCap's API, as `https://redcap.example/api/`; the stand-in's where there is none. */
  readonly redcapUrl: string;
  /** Whether that is outside of the host. */
  readonly outside: boolean;
}

/** Keeps the rule on requests, and asks REDCap. */
export function survey({ redcapUrl, outside, callAuth }: SurveySpec): Service {
  return asked(
    { callAuth },
    {
      name: "survey",
      port: 3001,
      metrics: ["redcap_breaker_open", "redcap_call_duration_seconds", "redcap_calls_total"],
      env: { REDCAP_URL: redcapUrl, REDCAP_TOKEN_FILE: "/run/secrets/redcap-token" },
      secretFiles: ["redcap-token"],
      ...(outside ? { outside: [redcapUrl] } : {}),
    },
  );
}

/** What the auth service is deployed with. */
export interface AuthSpec extends CalledSpec {
  /** URL that links lead to, without a slash at its end. */
  readonly publicUrl: string;
  /** The mail server, as `smtp://host:port`. */
  readonly smtpUrl: string;
  /** Who mails come from. */
  readonly mailFrom: string;
  /** Whether the mail server is outside of the host. */
  readonly outside: boolean;
}

/** Signs people in by links that it mails. */
export function auth({ publicUrl, smtpUrl, mailFrom, outside, callAuth }: AuthSpec): Service {
  return asked(
    { callAuth },
    {
      name: "auth",
      port: 3002,
      metrics: ["auth_links_sent_total", "auth_verified_total"],
      env: {
        PUBLIC_URL: publicUrl,
        SMTP_URL: smtpUrl,
        MAIL_FROM: mailFrom,
        // Whoever reads a link on its way signs in by it.
        ...(outside ? { SMTP_REQUIRE_TLS: "true" } : {}),
        USER_ID_KEY_FILE: "/run/secrets/user-id-key",
      },
      secretFiles: ["user-id-key"],
      ...(outside ? { outside: [smtpUrl] } : {}),
    },
  );
}

/** What the health service is deployed with. */
export interface HealthSpec extends CalledSpec {
  /** What it looks at. */
  readonly hosts: readonly string[];
}

/** Looks whether other hosts answer. */
export function health({ hosts, callAuth }: HealthSpec): Service {
  return asked(
    { callAuth },
    {
      name: "health",
      port: 3003,
      metrics: [
        "host_check_certificate_expiry_timestamp_seconds",
        "host_check_duration_seconds",
        "host_check_up",
        "host_checks_total",
      ],
      env: { CHECK_HOSTS: hosts.join(",") },
      outside: hosts.map((host) => host.replace(/^tls:\/\//, "")),
    },
  );
}

/**
 * Stands in for REDCap where none is given: it speaks the parts of REDCap's API that `survey` uses, and keeps nothing.
 *
 * @param publicUrl where a browser on the host finds its pages, without a slash at the end
 */
export function redcapStandIn(publicUrl: string): Service {
  return ofSurveys({
    name: "redcap-stand-in",
    port: 8090,
    env: { REDCAP_TOKEN_FILE: "/run/secrets/redcap-token", PUBLIC_URL: publicUrl },
    secretFiles: ["redcap-token"],
  });
}
