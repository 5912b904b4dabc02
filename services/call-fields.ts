/** The properties of a call between two services: what each may be, and the setting that it becomes. */

import { nearest } from "./problems.ts";
import { type DurationRule, durationWrong, toPerSecond, toSeconds } from "./units.ts";

/** Methods that may be tried again: asking twice does nothing twice (RFC 9110, 9.2.2). */
export const REPEATABLE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"] as const;

/** How replicas are chosen. */
export const BALANCINGS = ["least-requests", "in-turn"] as const;

/** What is allowed in the place of a wrong value, and what to do. */
interface Wrong {
  readonly allowed: string;
  readonly fix?: string;
}

/** One property of a call. */
export interface CallField {
  /** Where it stands: `["retries", "tries"]`. */
  readonly path: readonly [string] | readonly [string, string];
  /** What its setting ends with: `TRIES`, of `SURVEY_TRIES`. */
  readonly suffix: string;
  /** What is wrong with a value; undefined where it is fine. */
  readonly wrong: (given: unknown) => Wrong | undefined;
  /** A fine value as the setting has it. */
  readonly write: (given: unknown) => string;
}

type Kind = Pick<CallField, "wrong" | "write">;

function whole(
  least: number,
  most: number,
  what = "a whole number",
  fixes: Readonly<Record<string, string>> = {},
): Kind {
  return {
    wrong: (given) => {
      if (Number.isInteger(given) && Number(given) >= least && Number(given) <= most) return undefined;
      const fix = fixes[String(given)];
      return { allowed: `${what} from ${least} to ${most}`, ...(fix === undefined ? {} : { fix }) };
    },
    write: String,
  };
}

function percent(fixes: Readonly<Record<string, string>> = {}): Kind {
  const { wrong, write } = whole(1, 100, "a whole number of percent", fixes);
  return {
    wrong: (given) => {
      const problem = wrong(given);
      const meant = Number(given) * 100;
      const isPart = typeof given === "number" && given > 0 && given < 1 && Number.isInteger(meant);
      return problem === undefined || !isPart ? problem : { ...problem, fix: `It is in percent: ${meant}.` };
    },
    write,
  };
}

/** A duration from `least` to `most` seconds. */
function duration({ least, most, such }: Required<DurationRule> & { readonly most: number }): Kind {
  return {
    wrong: (given) => {
      const problem = durationWrong(given, { least, such });
      if (problem !== undefined) return problem;
      const fine = (toSeconds(String(given)) ?? 0) <= most;
      return fine ? undefined : { allowed: `a duration of at most ${most} seconds, such as ${JSON.stringify(such)}` };
    },
    write: (given) => String(Math.round((toSeconds(String(given)) ?? 0) * 1000)),
  };
}

const MOST_A_SECOND = 1000;

const rate: Kind = {
  wrong: (given) => {
    const times = typeof given === "string" ? toPerSecond(given) : undefined;
    if (times !== undefined && times <= MOST_A_SECOND && Number.isInteger(round(times * 60))) return undefined;
    return { allowed: `a rate in whole numbers a minute, from "0/s" to "${MOST_A_SECOND}/s", such as "1/s" or "30/m"` };
  },
  write: (given) => String(round((toPerSecond(String(given)) ?? 0) * 60)),
};

// Without the noise of binary fractions.
const round = (times: number) => Number(times.toPrecision(12));

function oneOf(words: readonly string[]): Kind {
  return {
    wrong: (given) => {
      if (words.includes(given as string)) return undefined;
      const near = nearest(String(given), words);
      return { allowed: `one of ${words.join(", ")}`, ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }) };
    },
    write: String,
  };
}

const methods: Kind = {
  wrong: (given) => {
    const allowed = `some of ${REPEATABLE.join(", ")}: asking by another method twice may do something twice`;
    if (!Array.isArray(given)) return { allowed: `a list with ${allowed}` };
    if (given.length === 0) return { allowed, fix: "Say `retries: false` where nothing may be tried again." };
    const isFine = (method: unknown) => (REPEATABLE as readonly unknown[]).includes(method);
    if (given.every(isFine)) return new Set(given).size === given.length ? undefined : { allowed: "each method once" };
    const wrong = given.filter((method) => !isFine(method));
    const small = wrong.every((method) => isFine(String(method).toUpperCase()));
    const said = wrong.map((method) => JSON.stringify(method)).join(", ");
    return { allowed, fix: small ? "Write methods in capitals." : `Leave ${said} out.` };
  },
  write: (given) => (given as readonly string[]).join(","),
};

const off = (property: string) => ({ 0: `Say \`${property}: false\` for none.` });

/** All properties, in the order in which they are told. */
export const CALL_FIELDS: readonly CallField[] = [
  { path: ["timeout"], suffix: "TIMEOUT_MS", ...duration({ least: 0.05, most: 600, such: "8s" }) },
  { path: ["connect"], suffix: "CONNECT_TIMEOUT_MS", ...duration({ least: 0.01, most: 30, such: "500ms" }) },
  { path: ["retries", "methods"], suffix: "RETRY_METHODS", ...methods },
  {
    path: ["retries", "tries"],
    suffix: "TRIES",
    ...whole(2, 5, undefined, { ...off("retries"), 1: "Say `retries: false` for none." }),
  },
  { path: ["retries", "tryTimeout"], suffix: "TRY_TIMEOUT_MS", ...duration({ least: 0.05, most: 600, such: "2s" }) },
  { path: ["retries", "percent"], suffix: "RETRY_PERCENT", ...percent(off("retries")) },
  { path: ["retries", "least"], suffix: "RETRIES_PER_MINUTE", ...rate },
  { path: ["breaker", "percent"], suffix: "BREAKER_PERCENT", ...percent(off("breaker")) },
  { path: ["breaker", "least"], suffix: "BREAKER_LEAST", ...whole(1, 10_000) },
  { path: ["breaker", "window"], suffix: "BREAKER_WINDOW_MS", ...duration({ least: 1, most: 600, such: "10s" }) },
  { path: ["breaker", "open"], suffix: "BREAKER_OPEN_MS", ...duration({ least: 0.1, most: 600, such: "5s" }) },
  { path: ["outliers", "failures"], suffix: "OUTLIER_FAILURES", ...whole(1, 1000, undefined, off("outliers")) },
  {
    path: ["outliers", "ejection"],
    suffix: "OUTLIER_EJECTION_MS",
    ...duration({ least: 0.1, most: 3600, such: "10s" }),
  },
  { path: ["outliers", "longest"], suffix: "OUTLIER_LONGEST_MS", ...duration({ least: 0.1, most: 3600, such: "5m" }) },
  { path: ["outliers", "percent"], suffix: "OUTLIER_PERCENT", ...percent(off("outliers")) },
  { path: ["balancing"], suffix: "BALANCING", ...oneOf(BALANCINGS) },
  { path: ["concurrency", "most"], suffix: "CALLS_MOST", ...whole(1, 10_000, undefined, off("concurrency")) },
  { path: ["concurrency", "waiting"], suffix: "CALLS_WAITING", ...whole(0, 10_000) },
];

/** A part of a call that can be turned off, and the setting that says so. */
export const CALL_PARTS = {
  retries: { suffix: "TRIES", value: "1" },
  breaker: { suffix: "BREAKER_PERCENT", value: "0" },
  outliers: { suffix: "OUTLIER_FAILURES", value: "0" },
  concurrency: { suffix: "CALLS_MOST", value: "0" },
} as const;

/** A part of a call that can be turned off. */
export type CallPart = keyof typeof CALL_PARTS;
