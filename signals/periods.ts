/** Times of a year, and what the clocks of a zone say in it. */

/** Milliseconds of a minute. */
export const MINUTE = 60_000;

/** Milliseconds of a day. */
export const DAY_LENGTH = 24 * 60 * MINUTE;

/** A year and a day more: each change of clocks is in it, wherever it begins. */
const YEAR = 367 * DAY_LENGTH;

/** A time from one minute to another one, counted since 1970 in UTC. */
export interface Period {
  /** First minute that is in it. */
  readonly from: number;
  /** First minute that is not in it any more. */
  readonly to: number;
}

/** A time in which the clocks of a zone are as far ahead of UTC all along. */
export interface Offset extends Period {
  /** Minutes that they are ahead; below 0 west of Greenwich. */
  readonly ahead: number;
}

/**
 * How far ahead of UTC the clocks of a zone are in the course of a year.
 *
 * @param timeZone its name: `Europe/Paris`
 * @param from the beginning of the year, in milliseconds since 1970
 */
export function offsetsOf(timeZone: string, from: number): readonly Offset[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const ahead = (minute: number): number => minutesAhead(format, minute * MINUTE);
  const [start, end, day] = [from, from + YEAR, DAY_LENGTH].map((time) => Math.floor(time / MINUTE)) as [
    number,
    number,
    number,
  ];
  const offsets: Offset[] = [];
  let begins = start;
  // No zone changes its clocks twice within a day.
  for (let noon = start; noon < end; noon += day) {
    const next = Math.min(noon + day, end);
    if (ahead(next) === ahead(noon)) continue;
    let [before, after] = [noon, next];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (ahead(middle) === ahead(noon)) before = middle;
      else after = middle;
    }
    offsets.push({ from: begins, to: after, ahead: ahead(noon) });
    begins = after;
  }
  return [...offsets, { from: begins, to: end, ahead: ahead(begins) }].filter(({ from: a, to }) => a < to);
}

function minutesAhead(format: Intl.DateTimeFormat, moment: number): number {
  const name = format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The same times in their order, with those that meet made one. */
export function joined(periods: readonly Period[]): readonly Period[] {
  const result: Period[] = [];
  for (const period of periods.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || period.from > last.to) result.push(period);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, period.to) };
  }
  return result;
}

/** What is in the one and in the other; both in their order. */
export function bothOf(one: readonly Period[], other: readonly Period[]): readonly Period[] {
  const result: Period[] = [];
  for (let [a, b] = [0, 0]; a < one.length && b < other.length; ) {
    const [first, second] = [one[a], other[b]] as [Period, Period];
    const [from, to] = [Math.max(first.from, second.from), Math.min(first.to, second.to)];
    if (from < to) result.push({ from, to });
    if (first.to < second.to) a += 1;
    else b += 1;
  }
  return result;
}
