import type { Threshold } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Severity } from "../signals/severity.ts";

/** A number that a graph is held against: the limit of an alert, or what an objective owes. */
export interface Mark {
  /** Where it is, in the unit of the panel. */
  readonly value: number;
  /** What is beyond it: an alert of this severity, or a missed objective. */
  readonly means: Severity | "objective";
  /** Which side is beyond it. @default "above" */
  readonly fires?: "above" | "below";
}

const COLORS: Readonly<Record<Mark["means"], string>> = {
  critical: "red",
  warning: "orange",
  info: "yellow",
  objective: "purple",
  none: "text",
};

/** What a mark of this colour means; undefined where it is none of ours. */
export function meansOf(color: string): Mark["means"] | undefined {
  return (Object.keys(COLORS) as Mark["means"][]).find((means) => COLORS[means] === color);
}

// The worst first, where two marks are at one place.
const ORDER: readonly Mark["means"][] = ["critical", "warning", "info", "objective", "none"];

/** The steps of a graph that draws a dashed line at each mark, in the mark's colour. */
export function lineSteps(marks: readonly Mark[]): Threshold[] {
  return [{ value: null, color: "transparent" }, ...byValue(marks).map(({ value, means }) => step(value, means))];
}

/** The steps of a number that is green within its marks, and has the colour of the worst mark that it is beyond. */
export function stateSteps(marks: readonly Mark[]): Threshold[] {
  const sorted = byValue(marks);
  const below = sorted.filter(({ fires }) => fires === "below");
  const above = sorted.filter(({ fires }) => fires !== "below");
  if (sorted.length === 0) return [{ value: null, color: "blue" }];
  // Below the lowest mark it is in that mark's colour; above a mark that fires below, in the next one's.
  const colors = [...below.map(({ means }) => COLORS[means]), "green"];
  return [
    { value: null, color: colors[0] ?? "green" },
    ...below.map(({ value }, index) => ({ value, color: colors[index + 1] ?? "green" })),
    ...above.map(({ value, means }) => step(value, means)),
  ];
}

function byValue(marks: readonly Mark[]): readonly Mark[] {
  const worstFirst = [...marks].sort((a, b) => ORDER.indexOf(a.means) - ORDER.indexOf(b.means));
  return worstFirst
    .filter((mark, index) => worstFirst.findIndex(({ value }) => value === mark.value) === index)
    .sort((a, b) => a.value - b.value);
}

function step(value: number, means: Mark["means"]): Threshold {
  return { value, color: COLORS[means] };
}

/** A limit in seconds as a mark on a graph of days. */
export function inDays(mark: Mark): Mark {
  return { ...mark, value: mark.value / 86_400 };
}
