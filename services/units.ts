/** A size of memory or disk in binary units: `"256MiB"`, `"2GiB"`. */
export type Size = `${number}${"KiB" | "MiB" | "GiB"}`;

/** A unit of a {@link Duration}, but years: no promise is made over years. */
type Unit = "ms" | "s" | "m" | "h" | "d" | "w";

/**
 * A duration in the syntax of Prometheus: `"500ms"`, `"5s"`, `"15m"`, `"2h"`, `"1h30m"`, `"30d"`. Whole numbers, the
 * largest unit first: `"1.5h"` is none to Prometheus, Alertmanager and Loki, and `"90m"` says it.
 */
export type Duration =
  | `${bigint}${Unit}`
  | `${bigint}w${bigint}d`
  | `${bigint}d${bigint}h`
  | `${bigint}h${bigint}m`
  | `${bigint}m${bigint}s`
  | `${bigint}s${bigint}ms`;

/** How often something happens: `"5/s"`, `"30/m"`, `"200/h"`. */
export type Rate = `${number}/${"s" | "m" | "h" | "d"}`;

const BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
/** Milliseconds of each unit, the largest first: the order in which Prometheus wants them. */
const MILLISECONDS = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
} as const;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
/** Go counts a time in nanoseconds, in 63 bits. */
const LONGEST_MILLISECONDS = 9_223_372_036_854;

/** Whole bytes of a {@link Size}; undefined where the text is none. */
export function toBytes(size: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB)$/.exec(size);
  return match === null ? undefined : Math.round(Number(match[1]) * BYTES[match[2] as keyof typeof BYTES]);
}

/** Whole mebibytes of a {@link Size}; undefined where the text is none. */
export function toMebibytes(size: string): number | undefined {
  const bytes = toBytes(size);
  return bytes === undefined ? undefined : Math.round(bytes / BYTES.MiB);
}

/**
 * Seconds of a {@link Duration}; undefined where the text is none: what Prometheus, Alertmanager and Loki do not take as
 * it is, this does not take either.
 */
export function toSeconds(duration: string): number | undefined {
  if (duration === "0") return 0;
  const numbers = duration === "" ? null : DURATION.exec(duration);
  if (numbers === null) return undefined;
  const all = Object.values(MILLISECONDS).reduce((sum, unit, index) => sum + Number(numbers[index + 1] ?? 0) * unit, 0);
  return all > LONGEST_MILLISECONDS ? undefined : all / 1000;
}

/**
 * The duration that somebody meant who wrote a part of a unit (`"1.5h"`: `"90m"`), no unit (`"30"`: `"30s"`), the units
 * in another order (`"30m1h"`: `"1h30m"`), or in words (`"5 minutes"`: `"5m"`); undefined where that can't be told.
 */
export function durationMeant(text: string): string | undefined {
  if (/^\d+$/.test(text.trim())) return writeDuration(Number(text) * 1000);
  const words = text.toLowerCase().replaceAll(/\s+/g, "");
  const parts = [...words.matchAll(/(\d+(?:\.\d*)?|\.\d+)([a-zµ]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== words) return undefined;
  let all = 0;
  for (const [, number, word = ""] of parts) {
    const unit = WORDS.find(([, pattern]) => pattern.test(word))?.[0];
    if (unit === undefined) return undefined;
    all += Number(number) * MILLISECONDS[unit];
  }
  // Without the noise of binary fractions.
  const whole = Number(all.toPrecision(12));
  return Number.isSafeInteger(whole) && whole <= LONGEST_MILLISECONDS ? writeDuration(whole) : undefined;
}

const WORDS: readonly (readonly [unit: keyof typeof MILLISECONDS, pattern: RegExp])[] = [
  ["ms", /^(ms|msecs?|millis|milliseconds?)$/],
  ["s", /^(s|secs?|seconds?)$/],
  ["m", /^(m|mins?|minutes?)$/],
  ["h", /^(h|hrs?|hours?)$/],
  ["d", /^(d|days?)$/],
  ["w", /^(w|wks?|weeks?)$/],
  ["y", /^(y|yrs?|years?)$/],
];

/** A duration in one unit: not every program takes `"1m30s"`. What is none is given back. */
export function inOneUnit(duration: string): string {
  const seconds = toSeconds(duration);
  return seconds === undefined ? duration : writeDuration(Math.round(seconds * 1000));
}

/** A whole number of milliseconds in the largest unit that it is a whole number of. */
function writeDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const units = (Object.keys(MILLISECONDS) as (keyof typeof MILLISECONDS)[]).filter((unit) => unit !== "y");
  const unit = units.find((one) => milliseconds % MILLISECONDS[one] === 0) ?? "ms";
  return `${milliseconds / MILLISECONDS[unit]}${unit}`;
}

/** What is allowed where a {@link Duration} is wanted, and what to write for what was given. */
export interface DurationRule {
  /** The least number of seconds. @default 0 */
  readonly least?: number;
  /** An example for the person who gave none. */
  readonly such: string;
}

/**
 * What is wrong with a duration, as the end of a problem; undefined where it is fine.
 *
 * @example
 * ```ts
 * durationWrong("1.5h", { least: 1, such: "4h" });
 * // { allowed: 'a duration of whole numbers with units, … such as "4h"', fix: 'Write "90m".' }
 * ```
 */
export function durationWrong(
  given: unknown,
  { least = 0, such }: DurationRule,
): { readonly allowed: string; readonly fix?: string } | undefined {
  const seconds = typeof given === "string" ? toSeconds(given) : undefined;
  if (seconds !== undefined && seconds >= least) return undefined;
  const from = least === 0 ? "" : ` of at least ${least === 1 ? "a second" : `${least} seconds`}`;
  const allowed = `a duration${from} in whole numbers, such as ${JSON.stringify(such)}`;
  const meant = seconds === undefined ? durationMeant(String(given ?? "")) : undefined;
  const fine = meant !== undefined && (toSeconds(meant) ?? -1) >= least;
  return { allowed, ...(fine ? { fix: `Write ${JSON.stringify(meant)}.` } : {}) };
}

/** Times a second of a {@link Rate}; undefined where the text is none. */
export function toPerSecond(rate: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/([smhd])$/.exec(rate);
  return match === null ? undefined : Number(match[1]) / SECONDS[match[2] as keyof typeof SECONDS];
}
