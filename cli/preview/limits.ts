/** Where a query compares with a number, how far it looks back, and what other numbers there mean for an alert. */

import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { toSeconds } from "../../services/units.ts";

/** A number that a query compares with. */
export interface Comparison {
  /** On which side of the number the alert fires; `unknown` where another number means neither sooner nor later for sure. */
  readonly fires: "above" | "below" | "unknown";
  /** The number as it stands there. */
  readonly number: string;
}

/** A query, apart from its numbers. */
export interface Skeleton {
  /** The query with marks in their places: `rate(a[~]) > #`. */
  readonly text: string;
  /** The numbers that it compares with, in their order. */
  readonly comparisons: readonly Comparison[];
  /** How far it looks back, in their order: `30s`. */
  readonly windows: readonly string[];
}

/** What another number means for an alert: it fires sooner, or later. */
export type Direction = "tightened" | "loosened";

interface Mark {
  readonly node: SyntaxNode;
  readonly comparison?: Comparison;
}

type Fires = Comparison["fires"];

const OPERATORS: Readonly<Record<string, Fires>> = {
  Gtr: "above",
  Gte: "above",
  Lss: "below",
  Lte: "below",
  Eql: "unknown",
  Neq: "unknown",
};
const MIRRORED: Readonly<Record<Fires, Fires>> = { above: "below", below: "above", unknown: "unknown" };

/** Takes a PromQL query apart: of `rate(a[5m]) / b > 0.05` stay `rate(a[~]) / b > #`, the window and the limit. */
export function skeletonOf(query: string): Skeleton {
  const marks: Mark[] = [];
  parser.parse(query).iterate({
    enter: ({ name, node }) => {
      if (name === "NumberDurationLiteralInDurationContext") marks.push({ node });
      if (name !== "NumberDurationLiteral") return;
      const fires = firesBeyond(node);
      if (fires !== undefined) marks.push({ node, comparison: { fires, number: query.slice(node.from, node.to) } });
    },
  });
  let [text, end] = ["", 0];
  for (const { node, comparison } of marks) {
    text += query.slice(end, node.from) + (comparison === undefined ? "~" : "#");
    end = node.to;
  }
  return {
    text: (text + query.slice(end)).replace(/\s+/g, " "),
    comparisons: marks.flatMap(({ comparison }) => comparison ?? []),
    windows: marks.flatMap(({ node, comparison }) =>
      comparison === undefined ? [query.slice(node.from, node.to)] : [],
    ),
  };
}

/** On which side of a number an alert fires; undefined where nothing is compared with it. */
function firesBeyond(number: SyntaxNode): Fires | undefined {
  let node = number;
  while (node.parent?.name === "ParenExpr") node = node.parent;
  const { parent } = node;
  if (parent?.name !== "BinaryExpr") return undefined;
  const operator = operatorOf(parent);
  const isLeft = parent.firstChild?.from === node.from;
  // `errors / 0.005 > 14.4`: a larger share is a larger limit.
  if (operator === "Div" && !isLeft) return sideOf(parent);
  const side = OPERATORS[operator];
  if (side === undefined) return undefined;
  return through(parent, isLeft ? MIRRORED[side] : side);
}

/** The side of the next comparison above an expression that is its left part; undefined where there is none. */
function sideOf(expression: SyntaxNode): Fires | undefined {
  let node = expression;
  while (node.parent?.name === "ParenExpr") node = node.parent;
  const { parent } = node;
  if (parent?.name !== "BinaryExpr" || parent.firstChild?.from !== node.from) return undefined;
  const side = OPERATORS[operatorOf(parent)];
  return side === undefined ? undefined : through(parent, side);
}

/** What is left of a side by all that stands around it: what comes after `unless` takes answers away. */
function through(comparison: SyntaxNode, side: Fires): Fires {
  let fires = side;
  for (let node = comparison; node.parent !== null; node = node.parent) {
    const { parent } = node;
    if (parent.name !== "BinaryExpr") continue;
    const operator = operatorOf(parent);
    const isLeft = parent.firstChild?.from === node.from;
    if (operator === "Unless" && !isLeft) fires = MIRRORED[fires];
    else if (!["And", "Or", "Unless"].includes(operator)) return "unknown";
  }
  return fires;
}

const operatorOf = (expression: SyntaxNode): string =>
  [...Object.keys(OPERATORS), "And", "Or", "Unless", "Div"].find((name) => expression.getChild(name) !== null) ?? "";

/** What another number in a comparison means; undefined where that can't be said. */
export function directionOf(old: Comparison, now: Comparison): Direction | undefined {
  const [before, after] = [old, now].map(({ number }) => toSeconds(number) ?? Number(number));
  if (before === undefined || after === undefined || Number.isNaN(before - after) || before === after) return undefined;
  if (old.fires !== now.fires || old.fires === "unknown") return undefined;
  return after > before === (old.fires === "above") ? "loosened" : "tightened";
}
