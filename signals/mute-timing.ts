import type { Problem } from "../services/problems.ts";

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
  /** Time zone of both, by its name in the IANA database: `Europe/Paris`. @default "UTC" */
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
const WEEK = DAYS.length * DAY;

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
  if (!isZone(timezone)) {
    const allowed = 'a time zone of the IANA database, such as "Europe/Paris"';
    problems.push({ property: `${at}.timezone`, given: timezone, allowed });
  }
  return problems;
}

/** The first two of several timings that cover a minute both; undefined where none do. */
export function overlapOf(timings: readonly MuteTiming[]): readonly [MuteTiming, MuteTiming] | undefined {
  for (const season of SEASONS) {
    const owners = new Map<number, MuteTiming>();
    for (const timing of timings) {
      for (const minute of minutesIn(timing, season)) {
        const other = owners.get(minute);
        if (other !== undefined && other !== timing) return [other, timing];
        owners.set(minute, timing);
      }
    }
  }
  return undefined;
}

/**
 * A moment of the week that all of several people are muted at, as text; undefined where at least one always hears.
 *
 * @param muted the timings of each of them
 */
export function silentMoment(muted: readonly (readonly MuteTiming[])[]): string | undefined {
  for (const season of SEASONS) {
    const [first = new Set<number>(), ...others] = muted.map(
      (timings) => new Set(timings.flatMap((timing) => minutesIn(timing, season))),
    );
    const silent = [...first].filter((minute) => others.every((other) => other.has(minute)));
    if (silent.length > 0) return clock(Math.min(...silent));
  }
  return undefined;
}

// Zones differ by summer and winter: a week of each stands for the year.
const SEASONS = [Date.UTC(2024, 0, 15, 12), Date.UTC(2024, 6, 15, 12)] as const;

/** The minutes of a week in UTC that a timing covers. */
function minutesIn(timing: MuteTiming, season: number): number[] {
  const ahead = minutesAhead(timing.timezone ?? "UTC", season);
  return spansOf(timing).flatMap(({ day, from, to }) => {
    const start = DAYS.indexOf(day) * DAY + from - ahead + WEEK;
    return Array.from({ length: to - from }, (_, minute) => (start + minute) % WEEK);
  });
}

/** Minutes that the clocks of a zone are ahead of UTC. */
function minutesAhead(timeZone: string, moment: number): number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
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

function clock(minute: number): string {
  return `${DAYS[Math.floor(minute / DAY)]} ${timeOf(minute % DAY)} UTC`;
}
