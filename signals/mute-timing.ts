import type { Problem } from "../services/problems.ts";
import { bothOf, DAY_LENGTH, joined, MINUTE, offsetsOf, type Period } from "./periods.ts";
import { TIME_ZONES, zoneMeant } from "./time-zones.ts";

/** The days of a week, in their order. */
export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** A day of the week. */
export type Day = (typeof DAYS)[number];

/** A time that comes again each week, in which somebody is not told. */
export interface MuteTiming {
  /** Name, unique among all timings: `nights`. */
  readonly name: string;
  /** The days on which it begins. @default - every day */
  readonly days?: readonly Day[];
  /** When it begins, `HH:MM`. */
  readonly from: string;
  /** When it ends, `HH:MM`: `24:00` is the end of the day, and what is not after `from` is on the next day. */
  readonly to: string;
  /** Time zone of both, by its name in the IANA database, as it is written there: `Europe/Paris`. @default "UTC" */
  readonly timezone?: string;
}

/** A part of a week on one day, from one minute of the day to another one. */
export interface Span {
  /** The day. */
  readonly day: Day;
  /** First minute of the day that is in it. */
  readonly from: number;
  /** First minute that is not in it any more, up to 1440. */
  readonly to: number;
}

const DAY = 24 * 60;

/** The parts of days that a timing covers, in the time of its zone: one that goes past midnight has two for each day. */
export function spansOf({ days = DAYS, from, to }: MuteTiming): readonly Span[] {
  const [begins = 0, ends = 0] = [minutesOf(from), minutesOf(to)];
  return DAYS.filter((day) => days.includes(day)).flatMap((day): Span[] => {
    if (begins < ends) return [{ day, from: begins, to: ends }];
    const next = DAYS[(DAYS.indexOf(day) + 1) % DAYS.length] ?? day;
    return [{ day, from: begins, to: DAY }, ...(ends === 0 ? [] : [{ day: next, from: 0, to: ends }])];
  });
}

/** Everything that is wrong with one timing; `[]` when all is well. */
export function muteTimingProblems(timing: MuteTiming): Problem[] {
  const at = `muteTimings.${timing.name}`;
  const problems: Problem[] = [];
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(timing.name)) {
    problems.push({ property: "muteTimings", given: timing.name, allowed: "a name of letters, digits and -" });
  }
  const { days = DAYS, timezone = "UTC" } = timing;
  const known = ["name", "days", "from", "to", "timezone"];
  for (const key of Object.keys(timing).filter((property) => !known.includes(property))) {
    problems.push({ property: `${at}.${key}`, given: timing[key as keyof MuteTiming], allowed: known.join(", ") });
  }
  for (const day of days.filter((given) => !DAYS.includes(given))) {
    problems.push({ property: `${at}.days`, given: day, allowed: `some of ${DAYS.join(", ")}` });
  }
  if (days.length === 0) {
    problems.push({ property: `${at}.days`, given: [], allowed: "at least one day", fix: "Leave it out for all." });
  }
  for (const property of ["from", "to"] as const) {
    const minutes = minutesOf(timing[property]);
    if (minutes !== undefined && (property === "to" || minutes < DAY)) continue;
    problems.push({ property: `${at}.${property}`, given: timing[property], allowed: 'a time such as "22:00"' });
  }
  if (timing.from === timing.to) {
    const fix = 'For whole days give from "00:00" and to "24:00".';
    problems.push({ property: `${at}.to`, given: timing.to, allowed: "another time than from", fix });
  }
  if (!TIME_ZONES.has(timezone)) {
    const allowed = 'a time zone by its name in the IANA database, letter by letter, such as "Europe/Paris"';
    const fix = zoneMeant(String(timezone));
    problems.push({ property: `${at}.timezone`, given: timezone, allowed, ...(fix === undefined ? {} : { fix }) });
  }
  return problems;
}

/**
 * The first two of several timings that cover a minute both, at any time of a year; undefined where none do.
 *
 * @param from the beginning of the year that is looked at, in milliseconds. @default - today
 */
export function overlapOf(
  timings: readonly MuteTiming[],
  from = today(),
): readonly [MuteTiming, MuteTiming] | undefined {
  const covered = timings.map((timing) => periodsOf(timing, from));
  for (const [index, timing] of timings.entries()) {
    const earlier = timings.findIndex(
      (other, at) => at < index && other !== timing && bothOf(covered[at] ?? [], covered[index] ?? []).length > 0,
    );
    const other = timings[earlier];
    if (other !== undefined) return [other, timing];
  }
  return undefined;
}

/**
 * The first moment that all of several people are muted at, in a year with each change of clocks in it, as text;
 * undefined where at least one always hears.
 *
 * @param muted the timings of each of them
 * @param from the beginning of the year that is looked at, in milliseconds. @default - today
 * @example
 * ```ts
 * silentMoment([[nights], [weekend]]); // "saturday 2027-01-02 00:00 UTC"
 * ```
 */
export function silentMoment(muted: readonly (readonly MuteTiming[])[], from = today()): string | undefined {
  const [first] = silentPeriods(muted, from);
  if (first === undefined) return undefined;
  const moment = new Date(first.from * MINUTE);
  const day = DAYS[(moment.getUTCDay() + 6) % 7];
  return `${day} ${moment.toISOString().slice(0, 10)} ${moment.toISOString().slice(11, 16)} UTC`;
}

/** The times that all of several people are muted at in a year, in minutes since 1970. */
export function silentPeriods(muted: readonly (readonly MuteTiming[])[], from = today()): readonly Period[] {
  const [first = [], ...others] = muted.map((timings) =>
    joined(timings.flatMap((timing) => [...periodsOf(timing, from)])),
  );
  return others.reduce(bothOf, first);
}

/** The times of a year that a timing covers, in minutes since 1970: what the clocks on the wall say decides. */
function periodsOf(timing: MuteTiming, from: number): readonly Period[] {
  const spans = spansOf(timing);
  const periods = offsetsOf(timing.timezone ?? "UTC", from).flatMap(({ from: begins, to: ends, ahead }) => {
    const first = Math.floor((begins + ahead) / DAY);
    const days = Math.ceil((ends + ahead) / DAY) - first;
    return Array.from({ length: days }, (_, index) => first + index).flatMap((day) =>
      // 1970 began on a thursday.
      spans
        .filter((span) => span.day === DAYS[(day + 3) % 7])
        .map((span) => ({
          from: Math.max(begins, day * DAY + span.from - ahead),
          to: Math.min(ends, day * DAY + span.to - ahead),
        })),
    );
  });
  return joined(periods);
}

function today(): number {
  return Math.floor(Date.now() / DAY_LENGTH) * DAY_LENGTH;
}

/** Minutes since midnight; undefined where the text is no time. */
function minutesOf(time: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(time) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total <= DAY ? total : undefined;
}

/** Minutes since midnight as `HH:MM`. */
export function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
