import { nearest, type Problem, refuseIf } from "../services/problems.ts";
import type { Severity } from "./severity.ts";

/** What a threshold counts: a share from 0 to 1, seconds, things, or things a second. */
export type ThresholdUnit = "ratio" | "seconds" | "count" | "perSecond";

/** How urgent an alert with a threshold can be. */
export type Level = Exclude<Severity, "none">;

/** Every level, the most urgent first. */
export const LEVELS: readonly Level[] = ["critical", "warning", "info"];

/** Numbers of one alert, by how urgent it is beyond them. */
export type Levels = Readonly<Partial<Record<Level, number>>>;

/** What an alert compares with, unless somebody says otherwise. */
export interface Threshold extends Levels {
  /** What its numbers count. */
  readonly unit: ThresholdUnit;
  /** On which side of its numbers the alert fires. */
  readonly fires: "above" | "below";
}

/** The thresholds of a pack of rules, by the name of the alert. */
export type ThresholdTable = Readonly<Record<string, Threshold>>;

/**
 * Other numbers for the alerts of a pack: those given replace, those left out stay. One for a level that an alert does
 * not have yet adds that alert. A name of an alert that the pack does not have does not compile.
 */
export type Overrides<Table extends ThresholdTable> = { readonly [Alert in keyof Table]?: Levels };

/** The number beyond which one alert fires. */
export interface Limit extends Pick<Threshold, "unit" | "fires"> {
  /** How urgent the alert is beyond it. */
  readonly severity: Level;
  /** The number, in `unit`. */
  readonly value: number;
}

/** The limits of an alert, the most urgent first. */
export function limitsFrom<Table extends ThresholdTable>(
  table: Table,
  alert: keyof Table & string,
  overrides: Overrides<Table> = {},
): readonly Limit[] {
  const threshold = table[alert];
  if (threshold === undefined) throw new Error(`no threshold of ${alert}`);
  const { unit, fires, ...levels } = { ...threshold, ...overrides[alert] };
  return LEVELS.flatMap((severity) => {
    const value = levels[severity];
    return value === undefined ? [] : [{ severity, value, unit, fires }];
  });
}

/** Those of some overrides that a pack has: one list of them serves several packs. */
export function overridesFor<Table extends ThresholdTable>(
  table: Table,
  overrides: Readonly<Record<string, Levels | undefined>> = {},
): Overrides<Table> {
  return Object.fromEntries(Object.entries(overrides).filter(([alert]) => alert in table)) as Overrides<Table>;
}

/** A limit as people read it: `5%`, `0.5 s`, `10 min`, `100`. */
export function showLimit({ value, unit }: Pick<Limit, "value" | "unit">): string {
  if (unit === "ratio") return `${Number((value * 100).toPrecision(6))}%`;
  if (unit !== "seconds") return unit === "perSecond" ? `${value} a second` : String(value);
  const [size, name] = [[86_400, "days"] as const, [3600, "hours"] as const, [60, "minutes"] as const].find(
    ([seconds]) => value >= 2 * seconds,
  ) ?? [1, "s"];
  return `${Number((value / size).toPrecision(6))} ${name}`;
}

/**
 * Refuses thresholds that make no sense.
 *
 * @param subject whose they are, for the error
 * @throws DeclarationError with every problem
 */
export function refuseThresholds(subject: string, table: ThresholdTable, overrides: object): void {
  refuseIf(subject, thresholdProblems(table, overrides));
}

/** Everything that is wrong with overrides; `[]` when all is well. */
export function thresholdProblems(table: ThresholdTable, overrides: object): Problem[] {
  return Object.entries(overrides).flatMap(([alert, levels]: [string, unknown]): Problem[] => {
    const property = `thresholds.${alert}`;
    const threshold = table[alert];
    if (threshold === undefined) return [unknownName("thresholds", alert, Object.keys(table))];
    if (levels === undefined) return [];
    if (typeof levels !== "object" || levels === null) {
      return [{ property, given: levels, allowed: "numbers by level", fix: `Such as { ${firstLevel(threshold)} }.` }];
    }
    const given = Object.entries(levels).filter(([, value]) => value !== undefined);
    const wrong = given.flatMap(([level, value]) => valueProblems(property, level, value, threshold));
    return wrong.length > 0 ? wrong : orderProblems(property, Object.fromEntries(given), threshold);
  });
}

function valueProblems(property: string, level: string, value: unknown, { unit, fires }: Threshold): Problem[] {
  if (!LEVELS.some((known) => known === level)) return [unknownName(property, level, LEVELS)];
  const number = typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
  // What can never be beyond it is an alert that can never fire, or one that always does.
  const enough = fires === "above" ? number >= 0 : number > 0;
  const possible = unit !== "ratio" || (fires === "above" ? number < 1 : number <= 1);
  if (enough && possible) return [];
  const least = fires === "above" ? "0 or more" : "above 0";
  const most = fires === "above" ? "from 0 to below 1" : "above 0, at most 1";
  const allowed =
    unit === "ratio"
      ? `a share ${most}`
      : `${{ seconds: "seconds", count: "a count", perSecond: "things a second" }[unit]}, ${least}`;
  const percent = unit === "ratio" && number > 1 && number <= 100;
  return [
    {
      property: `${property}.${level}`,
      given: value,
      allowed,
      ...(percent ? { fix: `It is no percentage: ${Number((number / 100).toPrecision(6))}.` } : {}),
    },
  ];
}

function orderProblems(property: string, given: Levels, threshold: Threshold): Problem[] {
  const levels = { ...threshold, ...given };
  const beyond = threshold.fires === "above" ? "above" : "below";
  return LEVELS.flatMap((less, index): Problem[] => {
    const value = levels[less];
    if (value === undefined) return [];
    const more = LEVELS.slice(0, index).findLast((level) => levels[level] !== undefined);
    const limit = more === undefined ? undefined : levels[more];
    if (more === undefined || limit === undefined) return [];
    if (beyond === "above" ? value < limit : value > limit) return [];
    const [level, other] = given[less] === undefined ? [more, less] : [less, more];
    const side = (level === less) === (beyond === "above") ? "below" : "above";
    const fix = `${less} would come no sooner than ${more}.`;
    return [
      {
        property: `${property}.${level}`,
        given: levels[level],
        allowed: `${side} ${levels[other]}, its ${other}`,
        fix,
      },
    ];
  });
}

function unknownName(property: string, given: string, known: readonly string[]): Problem {
  const near = nearest(given, known);
  return {
    property,
    given,
    allowed: `one of ${known.join(", ")}`,
    ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }),
  };
}

function firstLevel(threshold: Threshold): string {
  const level = LEVELS.find((candidate) => threshold[candidate] !== undefined) ?? "warning";
  return `${level}: ${threshold[level] ?? 0}`;
}
