import {
  type Environment,
  readEnvironment,
  readServerSettings,
  type ServerSettings,
} from "../../../telemetry/node/index.ts";
import { type CalledSettings, readCalledSettings } from "../between/called.ts";
import { type RedisSettings, readRedisSettings } from "../between/redis.ts";

/** How REDCap is asked. The token stays in its file until a call is made. */
export interface RedcapSettings {
  /** Address of its API, such as `https://redcap.example.org/api/`; from REDCAP_URL, which must be given. */
  readonly url: string;
  /** Path of the file with the project's token; from REDCAP_TOKEN_FILE, which must be given. Read anew for each call. */
  readonly tokenFile: string;
  /** The form that people fill in; from REDCAP_INSTRUMENT. @default "request" */
  readonly instrument: string;
  /** Milliseconds that a call may take, with all its tries; from REDCAP_TIMEOUT_MS. @default 3000 */
  readonly timeoutMs: number;
  /** Milliseconds until an open breaker tries again; from REDCAP_BREAKER_RESET_MS. @default 5000 */
  readonly breakerResetMs: number;
}

/** What the service is, wherever it runs. */
export interface SurveySettings {
  /** How REDCap is asked. */
  readonly redcap: RedcapSettings;
  /** Where locks and cached lists are kept. */
  readonly redis: RedisSettings;
  /** The most incomplete requests of one user; from INCOMPLETE_REQUESTS_MAX. @default 3 */
  readonly incompleteMax: number;
  /** Seconds that a user's list is kept, 0 for never; from CACHE_SECONDS. @default 5 */
  readonly cacheSeconds: number;
  /** Milliseconds that a post waits for another one of the same user; from LOCK_WAIT_MS. @default 5000 */
  readonly lockWaitMs: number;
}

/** Everything that the environment decides. */
export interface Settings extends SurveySettings {
  /** How the services are known that call it. */
  readonly called: CalledSettings;
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
  const settings: Settings = {
    ...readSurveySettings(environment),
    called: readCalledSettings(environment),
    server: readServerSettings(environment, { port: 3001 }),
  };
  environment.finish();
  return settings;
}

/**
 * Reads what the service is. What is wrong is told by the environment's `finish()`.
 *
 * @param redisPrefix what the variables of its Redis begin with
 */
export function readSurveySettings(environment: Environment, redisPrefix = ""): SurveySettings {
  const number = (name: string, fallback: number, minimum: number, maximum: number): number =>
    environment.integer(name, { fallback, minimum, maximum });
  return {
    redcap: readRedcapSettings(environment),
    redis: readRedisSettings(environment, redisPrefix),
    incompleteMax: number("INCOMPLETE_REQUESTS_MAX", 3, 1, 100),
    cacheSeconds: number("CACHE_SECONDS", 5, 0, 60),
    lockWaitMs: number("LOCK_WAIT_MS", 5000, 0, 20_000),
  };
}

function readRedcapSettings(environment: Environment): RedcapSettings {
  // `text` refuses a missing one, `parsed` a wrong one: each is told once.
  const given = environment.text("REDCAP_URL");
  return {
    url: environment.parsed("REDCAP_URL", given, {
      read: readUrl,
      allowed: "an address with http or https, without a user, a query or a fragment",
      fix: "set REDCAP_URL to the API's address, such as https://redcap.example.org/api/",
    }),
    tokenFile: environment.secretFile("REDCAP_TOKEN_FILE"),
    instrument: environment.parsed("REDCAP_INSTRUMENT", "request", {
      read: (text) => (/^[a-z][a-z0-9_]{0,49}$/.test(text) ? text : undefined),
      allowed: "the unique name of a form: 1 to 50 of a-z, 0-9 and _, a letter first",
      fix: "set REDCAP_INSTRUMENT=request, or leave it out for the same",
    }),
    timeoutMs: environment.integer("REDCAP_TIMEOUT_MS", { fallback: 3000, minimum: 50, maximum: 10_000 }),
    breakerResetMs: environment.integer("REDCAP_BREAKER_RESET_MS", { fallback: 5000, minimum: 100, maximum: 60_000 }),
  };
}

function readUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  return url.username || url.password || url.search || url.hash ? undefined : url.href;
}
