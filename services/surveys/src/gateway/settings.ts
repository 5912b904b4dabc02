import { type CallSettings, readCallSettings } from "../../../calls/index.ts";
import {
  type Environment,
  HTTP_URL_ALLOWED,
  httpUrl,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type CallingSettings, readCallingSettings } from "../between/calling.ts";
import type { OpenPart } from "../between/part.ts";
import { type RedisSettings, readRedisSettings } from "../between/redis.ts";
import type { Upstream } from "./upstream-problems.ts";
import { checkWithin, type Parts } from "./within.ts";

/** Where a service behind the gateway is, and how it knows the gateway. */
export interface UpstreamSettings {
  /** Where it is, and how it is called; from the variables that begin with SURVEY_, AUTH_ or HEALTH_. */
  readonly call: CallSettings;
  /** How the gateway proves there who it is. */
  readonly calling: CallingSettings;
}

/** A service within the gateway's process. */
export interface WithinSettings {
  /** Opens it with its settings, which were read with the gateway's own. */
  readonly open: OpenPart;
  /** Milliseconds until its answer has to be there; from SURVEY_TIMEOUT_MS and so on. @default 8000 */
  readonly timeoutMs: number;
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
  /** The services that are asked: over the network, or those of SURVEYS_WITHIN within this process. */
  readonly upstreams: Readonly<Record<Upstream, UpstreamSettings | WithinSettings>>;
  /** Where the service listens, and how it stops. */
  readonly server: ServerSettings;
}

/**
 * Reads all settings, also those of the services within.
 *
 * @param parts the services within, from `loadParts`
 * @throws SettingsError with every problem
 */
export function readSettings(values: Readonly<Record<string, string | undefined>>, parts: Parts = {}): Settings {
  const environment = readEnvironment(values);
  checkWithin(environment);
  const upstream = (name: Upstream): UpstreamSettings | WithinSettings => {
    const part = parts[name];
    return part === undefined ? readUpstream(environment, name) : readPart(environment, name, part.read(environment));
  };
  const publicOrigin = readOrigin(environment, "PUBLIC_URL");
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
      survey: upstream("survey"),
      auth: upstream("auth"),
      health: upstream("health"),
    },
    server: readServerSettings(environment, { port: 3000 }),
  };
  environment.finish();
  return settings;
}

function readUpstream(environment: Environment, name: Upstream): UpstreamSettings {
  return {
    call: readCallSettings(environment, name),
    calling: readCallingSettings(environment, `${name.toUpperCase()}_`),
  };
}

function readPart(environment: Environment, name: Upstream, open: OpenPart): WithinSettings {
  const range = { fallback: 8000, minimum: 50, maximum: 600_000 };
  return { open, timeoutMs: environment.integer(`${name.toUpperCase()}_TIMEOUT_MS`, range) };
}

function readOrigin(environment: Environment, name: string): string {
  // `text` refuses a missing one, `parsed` a wrong one: each is told once.
  return environment.parsed(name, environment.text(name), {
    read: (text) => httpUrl(text)?.origin,
    allowed: HTTP_URL_ALLOWED,
    fix: `set ${name} to an address such as https://surveys.example`,
  });
}
