import type { Problem } from "../services/problems.ts";

/** What cron knows instead of five fields. */
const NICKNAMES = "reboot hourly daily midnight weekly monthly yearly annually".split(" ").map((name) => `@${name}`);

interface Field {
  /** What it is, in words. */
  readonly what: string;
  /** Its least number. */
  readonly least: number;
  /** Its greatest. */
  readonly most: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { what: "the minute", least: 0, most: 59, names: [] },
  { what: "the hour", least: 0, most: 23, names: [] },
  { what: "the day", least: 1, most: 31, names: [] },
  { what: "the month", least: 1, most: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { what: "the day of the week", least: 0, most: 7, names: "sun mon tue wed thu fri sat".split(" ") },
];

/** What is wrong with a part of a field, and what would not be. */
interface Refusal {
  readonly given: string;
  readonly allowed: string;
}

/** Days of the months, in a leap year. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** One part of a field: `*`, `5`, `1-5`, each but the second with `/2`. */
const PART = /^(?:(\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:\/([0-9]+))?$/i;

/**
 * What is wrong with the times of a line for cron. Allowed is what both Debian's cron and cronie understand, and read in
 * the same way: a line that one of them does not understand is skipped, and said so in a log that nobody reads.
 */
export function scheduleProblems(schedule: string): Problem[] {
  if (schedule.startsWith("@")) {
    if (NICKNAMES.includes(schedule)) return [];
    return [{ property: "schedule", given: schedule, allowed: `five fields, or one of ${NICKNAMES.join(", ")}` }];
  }
  const fields = schedule.split(" ");
  if (fields.length !== FIELDS.length || fields.includes("")) {
    const allowed = 'five fields with one space between them, such as "5 4 * * 1-5", or "@daily"';
    return [{ property: "schedule", given: schedule, allowed }];
  }
  const problems: Problem[] = [];
  const numbers = fields.map((text, index) => {
    const field = FIELDS[index] as Field;
    return text.split(",").map((part) => {
      const found = numbersOf(part, field);
      if (Array.isArray(found)) return found;
      problems.push({ property: "schedule", given: found.given, allowed: `${found.allowed} for ${field.what}` });
      return [];
    });
  });
  if (problems.length > 0) return problems;
  const [, , days = [], months = []] = numbers.map((parts) => parts.flat());
  // Where both days are given, one of them is enough.
  const byWeekday = !fields[4]?.startsWith("*") && !fields[2]?.startsWith("*");
  if (byWeekday || months.some((month) => days.some((day) => day <= (DAYS[month - 1] ?? 0)))) return [];
  const given = `day ${fields[2]}, month ${fields[3]}`;
  return [{ property: "schedule", given, allowed: "a day that one of the months has: cron would never run it" }];
}

/** The numbers that a part of a field stands for, or what is wrong with it. */
function numbersOf(part: string, { least, most, names }: Field): number[] | Refusal {
  const words = `${least} to ${most}${names.length === 0 ? "" : `, or ${names[0]} to ${names.at(-1)}`}`;
  const [matched, star, first = "", last = first, step] = PART.exec(part) ?? [];
  if (matched === undefined) {
    return {
      given: part,
      allowed: `*, numbers (${words}), ranges and steps, with commas between them and none at the end,`,
    };
  }
  const ends = star === undefined ? [first, last] : [String(least), String(most)];
  const [from = 0, to = 0] = ends.map((text) => (/^\d+$/.test(text) ? Number(text) : numberOf(text, { least, names })));
  for (const [index, number] of [from, to].entries()) {
    if (number < least || number > most) return { given: ends[index] ?? "", allowed: words };
  }
  if (from > to) return { given: part, allowed: "a range that goes up" };
  if (step === undefined) return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  if (star === undefined && !part.includes("-")) {
    return { given: part, allowed: `a step after * or a range, such as ${first}-${most}/${step},` };
  }
  // Cron counts with 32 bits. A step beyond the field leaves the first number of it.
  if (step.length > 9 || Number(step) === 0) return { given: part, allowed: "a step from 1 on" };
  const every = Number(step);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);
}

/** The number of a name, -1 where the field has none of that name. */
function numberOf(name: string, { least, names }: Pick<Field, "least" | "names">): number {
  const index = names.indexOf(name.toLowerCase());
  return index < 0 ? -1 : index + least;
}
