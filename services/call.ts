/** How one service calls another one: what a mesh would do beside it, as properties of the edge between the two. */

import type { CallAuth } from "./call-auth.ts";
import {
  type BALANCINGS,
  CALL_FIELDS,
  CALL_PARTS,
  type CallField,
  type CallPart,
  type REPEATABLE,
} from "./call-fields.ts";
import { nearest, type Problem } from "./problems.ts";
import { settingPrefix } from "./setting-prefix.ts";
import { type Duration, type Rate, toSeconds } from "./units.ts";

/** Tries after the first one. What has not reached the other service is tried again whatever its method. */
export interface CallRetries {
  /**
   * Methods that are tried again where an answer breaks off, a try takes too long, or a replica says 503.
   *
   * @default ["GET", "HEAD"]
   */
  readonly methods?: readonly (typeof REPEATABLE)[number][];
  /** The most tries of one request, the first one included. @default 2 */
  readonly tries?: number;
  /** After which a try of such a method is given up for another one. @default - half of `timeout` */
  readonly tryTimeout?: Duration;
  /** The most retries within ten seconds, in percent of the requests within them. @default 20 */
  readonly percent?: number;
  /** Retries that are allowed beside those: what is asked rarely has no percentage to speak of. @default "1/s" */
  readonly least?: Rate;
}

/** When the whole other service counts as away, and is not asked. */
export interface CallBreaker {
  /** Percent of the requests within `window` that have to fail. @default 50 */
  readonly percent?: number;
  /** Requests within `window` below which it never opens. @default 20 */
  readonly least?: number;
  /** How far back it looks. @default "10s" */
  readonly window?: Duration;
  /** After which one request is let through, to see whether it answers again. @default "5s" */
  readonly open?: Duration;
}

/** When one replica counts as bad, and gets no requests for a while. */
export interface CallOutliers {
  /** Tries of it, one after the other, that have to fail. @default 5 */
  readonly failures?: number;
  /** For how long it gets none the first time; each further time in a row is longer by as much. @default "10s" */
  readonly ejection?: Duration;
  /** For how long at most. @default "5m" */
  readonly longest?: Duration;
  /** Percent of the replicas that may be left out at once, rounded down. @default 50 */
  readonly percent?: number;
}

/** How much is asked at once. */
export interface CallConcurrency {
  /** The most requests under way from one replica of the caller. @default 128 */
  readonly most?: number;
  /** Requests that may wait for their turn; beyond them callers are refused at once. @default 128 */
  readonly waiting?: number;
}

/** How a service is called. What is left out has its default; `false` turns a part off. */
export interface CallSpec {
  /**
   * How the caller proves who it is. Who is called says which way it takes (`answers`), and makes its keys.
   *
   * @default - the way of who is called, where it asks for one
   */
  readonly auth?: CallAuth;
  /** Until the whole answer has to be there, with all tries and the time in the queue. @default "8s" */
  readonly timeout?: Duration;
  /** Until a connection has to be made. @default "1s" */
  readonly connect?: Duration;
  /** Tries again, within a budget. @default {} */
  readonly retries?: CallRetries | false;
  /** When the service as a whole is not asked. @default {} */
  readonly breaker?: CallBreaker | false;
  /** When a replica is not asked. @default {} */
  readonly outliers?: CallOutliers | false;
  /**
   * Which replica is asked: of two chosen by chance the one with fewer requests under way, or one after the other.
   *
   * @default "least-requests"
   */
  readonly balancing?: (typeof BALANCINGS)[number];
  /** The most that is asked at once. @default {} */
  readonly concurrency?: CallConcurrency | false;
}

/** A service that is called. */
export interface Callee {
  /** Its name. */
  readonly name: string;
  /** Where each of its replicas is reached, `host:port`. */
  readonly reaches: readonly string[];
  /** By which they are asked. @default "http" */
  readonly scheme?: "http" | "https";
}

/**
 * The settings of a call for its caller's environment, beside those of the called service: where each replica is, and what
 * is said of the call. What is left out has the client's default. Check it with {@link callProblems} before.
 *
 * @example
 * ```ts
 * callEnvironment({ name: "survey", reaches: ["survey-1:3001"] }, { timeout: "20s" });
 * // { SURVEY_URLS: "http://survey-1:3001", SURVEY_TIMEOUT_MS: "20000" }
 * ```
 */
export function callEnvironment(
  { name, reaches, scheme = "http" }: Callee,
  call: CallSpec,
): Readonly<Record<string, string>> {
  const prefix = settingPrefix(name);
  const env: Record<string, string> = {
    [`${prefix}_URLS`]: reaches.map((address) => `${scheme}://${address}`).join(","),
  };
  for (const { path, suffix, write } of CALL_FIELDS) {
    const value = valueAt(call, path);
    if (value !== undefined) env[`${prefix}_${suffix}`] = write(value);
  }
  for (const part of PARTS.filter((one) => call[one] === false)) {
    env[`${prefix}_${CALL_PARTS[part].suffix}`] = CALL_PARTS[part].value;
  }
  return env;
}

/** Everything that is wrong with how a service is called; `[]` when all is well. */
export function callProblems(call: CallSpec): Problem[] {
  if (typeof call !== "object" || call === null || Array.isArray(call)) {
    return [{ property: "call", given: call, allowed: 'an object, such as { timeout: "5s" }' }];
  }
  const single = [
    ...unknownProblems(call, namesIn(0)),
    ...PARTS.flatMap((part) => partProblems(part, call[part])),
    ...CALL_FIELDS.flatMap(({ path, wrong }) => {
      const given = valueAt(call, path);
      const problem = given === undefined ? undefined : wrong(given);
      return problem === undefined ? [] : [{ property: path.join("."), given, ...problem }];
    }),
  ];
  const wrong = new Set(single.map(({ property }) => property));
  return [...single, ...togetherProblems(call, (property) => wrong.has(property))];
}

const PARTS = Object.keys(CALL_PARTS) as CallPart[];

/** Properties that stand at the top, or within a part. */
function namesIn(depth: 0 | 1, part?: CallPart): readonly string[] {
  const within = CALL_FIELDS.filter(({ path }) => part === undefined || path[0] === part);
  return [...new Set(within.flatMap(({ path }) => path[depth] ?? []))];
}

function valueAt(call: CallSpec, [first, second]: CallField["path"]): unknown {
  const value: unknown = call[first as keyof CallSpec];
  if (second === undefined) return value;
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[second] : undefined;
}

function partProblems(part: CallPart, given: unknown): Problem[] {
  if (given === undefined || given === false) return [];
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return [{ property: part, given, allowed: "an object with its properties, or false for none" }];
  }
  return unknownProblems(given, namesIn(1, part), `${part}.`);
}

function unknownProblems(given: object, known: readonly string[], before = ""): Problem[] {
  return Object.entries(given)
    .filter(([name, value]) => value !== undefined && !known.includes(name))
    .map(([name, value]) => {
      const near = nearest(name, known);
      const fix = near === undefined ? {} : { fix: `Did you mean ${before}${near}?` };
      return { property: `${before}${name}`, given: value, allowed: `one of ${known.join(", ")}`, ...fix };
    });
}

/** What is fine by itself, and makes no sense beside another property. */
function togetherProblems(call: CallSpec, isWrong: (property: string) => boolean): Problem[] {
  const { timeout = "8s", connect, retries, outliers } = call;
  const atMost = (property: string, given: string | undefined, other: string, most: string): Problem[] => {
    if (given === undefined || isWrong(property) || isWrong(other)) return [];
    const fine = (toSeconds(given) ?? 0) <= (toSeconds(most) ?? 0);
    return fine ? [] : [{ property, given, allowed: `at most \`${other}\`, which is ${JSON.stringify(most)}` }];
  };
  const { tryTimeout } = retries || {};
  const { ejection = "10s", longest = "5m" } = outliers || {};
  return [
    ...atMost("connect", connect, "timeout", timeout),
    ...atMost("retries.tryTimeout", tryTimeout, "timeout", timeout),
    ...atMost("outliers.ejection", ejection, "outliers.longest", longest),
  ];
}
