import {
  type Environment,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type RedisSettings, readRedisSettings } from "../between/redis.ts";

/** Where the services behind the gateway are, and how they are asked. */
export interface UpstreamSettings {
  /** From SURVEY_URL, which must be given: `http://survey:3001`. */
  readonly surveyUrl: string;
  /** From AUTH_URL, which must be given: `http://auth:3002`. */
  readonly authUrl: string;
  /** From HEALTH_URL, which must be given: `http://health:3003`. */
  readonly healthUrl: string;
  /** Milliseconds until a whole answer has to be there; from UPSTREAM_TIMEOUT_MS. @default 8000 */
  readonly timeoutMs: number;
  /** Path of the file with the services' keys, of which the first is sent; from API_KEYS_FILE, which must be given. */
  readonly apiKeysFile: string;
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
  readonly upstreams: UpstreamSettings;
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
      surveyUrl: readUrl(environment, "SURVEY_URL", "http://survey:3001", withoutSlash),
      authUrl: readUrl(environment, "AUTH_URL", "http://auth:3002", withoutSlash),
      healthUrl: readUrl(environment, "HEALTH_URL", "http://health:3003", withoutSlash),
      timeoutMs: environment.integer("UPSTREAM_TIMEOUT_MS", { fallback: 8000, minimum: 50, maximum: 25_000 }),
      apiKeysFile: environment.secretFile("API_KEYS_FILE"),
    },
    server: readServerSettings(environment, { port: 3000 }),
  };
  environment.finish();
  return settings;
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
