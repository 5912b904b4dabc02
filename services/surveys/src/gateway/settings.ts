import {
  type Environment,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type CallingSettings, readCallingSettings } from "../between/calling.ts";
import { type RedisSettings, readRedisSettings } from "../between/redis.ts";
import type { Upstream } from "./upstream-problems.ts";

/** Where a service behind the gateway is, and how it knows the gateway. */
export interface UpstreamSettings {
  /** Without a slash at its end; from SURVEY_URL, AUTH_URL or HEALTH_URL, which must be given: `http://survey:3001`. */
  readonly url: string;
  /** How it proves there who it is. */
  readonly calling: CallingSettings;
}

/** Everything that the environment decides. */
export interface Settings {
  /** The origin that people's browsers see, such as `https://surveys.example`; from PUBLIC_URL, which must be given. */
  readonly publicOrigin: string;
  /** Whether cookies are for TLS only; from SECURE_COOKIES. @default whether PUBLIC_URL begins with https */
  readonly secureCookies: boolean;
  /** Minutes after which a session that isn't used ends; from SESSION_MINUTES. @default 480 */
  readonly sessionMinutes: number;
  /** Requests in a minute of a user, or of an address that isn't signed in; from RATE_LIMIT_PER_MINUTE. @default 120 */
  readonly rateLimitPerMinute: number;
  /** Where sessions and limits are kept. */
  readonly redis: RedisSettings;
  /** The services that are asked. */
  readonly upstreams: Readonly<Record<Upstream, UpstreamSettings>>;
  /** Milliseconds until a whole answer of one has to be there; from UPSTREAM_TIMEOUT_MS. @default 8000 */
  readonly upstreamTimeoutMs: number;
  /** Where the service listens, and how it stops. */
  readonly server: ServerSettings;
}

/**
 * Reads all settings.
 *
 * @throws SettingsError with every problem
 */
export function readSettings(values: Readonly<Record<string, string | undefined>>): Settings {
  const environment = readEnvironment(values);
  const publicOrigin = readUrl(environment, "PUBLIC_URL", "https://surveys.example", (url) => url.origin);
  const secure = publicOrigin.startsWith("https:") ? "true" : "false";
  const settings: Settings = {
    publicOrigin,
    secureCookies: environment.choice("SECURE_COOKIES", secure, ["true", "false"]) === "true",
    sessionMinutes: environment.integer("SESSION_MINUTES", { fallback: 480, minimum: 1, maximum: 1440 }),
    rateLimitPerMinute: environment.integer("RATE_LIMIT_PER_MINUTE", {
      fallback: 120,
      minimum: 1,
      maximum: 1_000_000,
    }),
    redis: readRedisSettings(environment),
    upstreams: {
      survey: readUpstream(environment, "SURVEY", "http://survey:3001"),
      auth: readUpstream(environment, "AUTH", "http://auth:3002"),
      health: readUpstream(environment, "HEALTH", "http://health:3003"),
    },
    upstreamTimeoutMs: environment.integer("UPSTREAM_TIMEOUT_MS", { fallback: 8000, minimum: 50, maximum: 25_000 }),
    server: readServerSettings(environment, { port: 3000 }),
  };
  environment.finish();
  return settings;
}

function readUpstream(environment: Environment, name: string, example: string): UpstreamSettings {
  return {
    url: readUrl(environment, `${name}_URL`, example, withoutSlash),
    calling: readCallingSettings(environment, `${name}_`),
  };
}

function readUrl(environment: Environment, name: string, example: string, part: (url: URL) => string): string {
  // `text` refuses a missing one, `parsed` a wrong one: each is told once.
  const given = environment.text(name);
  return environment.parsed(name, given, {
    read: (text) => {
      const url = URL.parse(text);
      if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
      return url.username || url.password || url.search || url.hash ? undefined : part(url);
    },
    allowed: "an address with http or https, without a user, a query or a fragment",
    fix: `set ${name} to an address such as ${example}`,
  });
}

function withoutSlash(url: URL): string {
  return url.href.replace(/\/+$/, "");
}
