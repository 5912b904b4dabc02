import { type Environment, HTTP_URL_ALLOWED, httpUrl, type Reading, readEnvironment } from "../telemetry/node/index.ts";
import type { GateOptions } from "./gate.ts";
import type { OutlierOptions, ReplicasOptions } from "./replicas.ts";
import type { RetryBudgetOptions } from "./retry-budget.ts";

/** How a service is called. For `survey` each comes from a variable that begins with `SURVEY_`. */
export interface CallSettings {
  /**
   * The address of each replica, without a slash at its end; from `_URLS`, separated by commas, or from `_URL` where that is not
   * given. One of them must be.
   */
  readonly urls: readonly string[];
  /** Milliseconds until the whole answer has to be there, with all tries; from `_TIMEOUT_MS`. @default 8000 */
  readonly timeoutMs: number;
  /** Milliseconds until a connection has to be made; from `_CONNECT_TIMEOUT_MS`. @default 1000 */
  readonly connectMs: number;
  /** Tries after the first one. */
  readonly retries: {
    /** Methods that are tried again; from `_RETRY_METHODS`. @default GET,HEAD */
    readonly methods: ReadonlySet<string>;
    /** The most tries of one request; from `_TRIES`. 1 for none after the first. @default 2 */
    readonly tries: number;
    /** Milliseconds after which one is given up for another replica; from `_TRY_TIMEOUT_MS`. @default half of the timeout */
    readonly tryTimeoutMs: number;
    /** From `_RETRY_PERCENT` and `_RETRIES_PER_MINUTE`. @default 20 and 60 */
    readonly budget: Pick<RetryBudgetOptions, "percent" | "perMinute">;
  };
  /** When the service as a whole is not asked. */
  readonly breaker: {
    /** Percent of requests that have to fail; from `_BREAKER_PERCENT`. 0 for never. @default 50 */
    readonly percent: number;
    /** Requests below which it never opens; from `_BREAKER_LEAST`. @default 20 */
    readonly least: number;
    /** Milliseconds that it looks back; from `_BREAKER_WINDOW_MS`. @default 10000 */
    readonly windowMs: number;
    /** Milliseconds until it lets one through; from `_BREAKER_OPEN_MS`. @default 5000 */
    readonly openMs: number;
  };
  /** From `_OUTLIER_FAILURES`, `_EJECTION_MS`, `_LONGEST_MS` and `_PERCENT`. @default 5, 10000, 300000 and 50 */
  readonly outliers: OutlierOptions;
  /** From `_BALANCING`. @default least-requests */
  readonly balancing: ReplicasOptions["balancing"];
  /** From `_CALLS_MOST` and `_CALLS_WAITING`. @default 128 and 128 */
  readonly concurrency: GateOptions;
}

const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

/**
 * Reads how a service is called. What is wrong is told by the environment's `finish()`.
 *
 * @param callee the service's name: `survey`
 * @example
 * ```ts
 * const environment = readEnvironment(process.env);
 * const survey = readCallSettings(environment, "survey");
 * environment.finish();
 * ```
 */
export function readCallSettings(environment: Environment, callee: string): CallSettings {
  const prefix = callee.toUpperCase().replaceAll("-", "_");
  const whole = (suffix: string, fallback: number, minimum: number, maximum: number) =>
    environment.integer(`${prefix}_${suffix}`, { fallback, minimum, maximum });
  const milliseconds = (suffix: string, fallback: number, minimum: number, maximum: number) =>
    whole(`${suffix}_MS`, fallback, minimum, maximum);
  const timeoutMs = milliseconds("TIMEOUT", 8000, 50, 600_000);
  return {
    urls: readUrls(environment, prefix, callee),
    timeoutMs,
    connectMs: milliseconds("CONNECT_TIMEOUT", 1000, 10, 30_000),
    retries: {
      methods: environment.parsed(`${prefix}_RETRY_METHODS`, new Set(["GET", "HEAD"]), METHODS),
      tries: whole("TRIES", 2, 1, 5),
      tryTimeoutMs: milliseconds("TRY_TIMEOUT", Math.ceil(timeoutMs / 2), 50, 600_000),
      budget: { percent: whole("RETRY_PERCENT", 20, 1, 100), perMinute: whole("RETRIES_PER_MINUTE", 60, 0, 60_000) },
    },
    breaker: {
      percent: whole("BREAKER_PERCENT", 50, 0, 100),
      least: whole("BREAKER_LEAST", 20, 1, 10_000),
      windowMs: milliseconds("BREAKER_WINDOW", 10_000, 1000, 600_000),
      openMs: milliseconds("BREAKER_OPEN", 5000, 100, 600_000),
    },
    outliers: {
      failures: whole("OUTLIER_FAILURES", 5, 0, 1000),
      ejectionMs: milliseconds("OUTLIER_EJECTION", 10_000, 100, 3_600_000),
      longestMs: milliseconds("OUTLIER_LONGEST", 300_000, 100, 3_600_000),
      percent: whole("OUTLIER_PERCENT", 50, 1, 100),
    },
    balancing: environment.choice(`${prefix}_BALANCING`, "least-requests", ["least-requests", "in-turn"]),
    concurrency: { most: whole("CALLS_MOST", 128, 0, 10_000), waiting: whole("CALLS_WAITING", 128, 0, 10_000) },
  };
}

/**
 * How a service at these addresses is called where nothing else is said: all defaults.
 *
 * @example
 * ```ts
 * const settings = { ...callDefaults(["http://survey:3001"]), timeoutMs: 1000 };
 * ```
 */
export function callDefaults(urls: readonly string[]): CallSettings {
  return readCallSettings(readEnvironment({ CALLEE_URLS: urls.join(",") }), "callee");
}

const METHODS: Reading<Set<string>> = {
  read: (text) => {
    const methods = text.split(",").map((method) => method.trim());
    return methods.every((method) => REPEATABLE.includes(method)) ? new Set(methods) : undefined;
  },
  allowed: `some of ${REPEATABLE.join(", ")}, separated by commas`,
  fix: "leave the others out: asking by them twice may do something twice",
};

function readUrls(environment: Environment, prefix: string, callee: string): readonly string[] {
  const example = `http://${callee}:3000`;
  const several = environment.parsed<readonly string[]>(`${prefix}_URLS`, [], {
    read: (text) => {
      const urls = text.split(",").map(urlOf);
      return urls.every((url) => url !== undefined) ? urls : undefined;
    },
    allowed: `${HTTP_URL_ALLOWED}; several are separated by commas`,
    fix: `set ${prefix}_URLS to addresses such as ${example}`,
  });
  if (several.length > 0) return several;
  // `text` refuses a missing one, `parsed` a wrong one: each is told once.
  const given = environment.text(`${prefix}_URL`);
  const one = environment.parsed(`${prefix}_URL`, given, {
    read: urlOf,
    allowed: HTTP_URL_ALLOWED,
    fix: `set ${prefix}_URL to an address such as ${example}`,
  });
  return [one];
}

function urlOf(text: string): string | undefined {
  return httpUrl(text.trim())?.href.replace(/\/+$/, "");
}
