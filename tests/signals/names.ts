/** Finds the names that a query uses, with the parsers of Prometheus' and Grafana's own editors. */

import { parser as logql } from "@grafana/lezer-logql";
import type { SyntaxNode } from "@lezer/common";
import { parser as promql } from "@prometheus-io/lezer-promql";
import { withVariables } from "../dashboards/queries.ts";

/** A name in a query. */
export interface UsedName {
  readonly kind: "metric" | "label";
  readonly name: string;
  /** Where it starts in the query. */
  readonly at: number;
  /** The metrics that a label may belong to: those of the selector or of the expression that groups by it. */
  readonly metrics: readonly string[];
}

// What a query makes itself, and no metric has.
const MADE_BY =
  /,\s*"(\w+)",\s*"[^"]*",\s*"\w*",\s*"[^"]*"\s*\)|\blabel_join\(.*?,\s*"(\w+)"|\bcount_values\b.*?"(\w+)"/g;

/** The metrics and labels of a PromQL query, where they stand in the text that {@link withVariables} gives. */
export function namesOfPromQL(query: string): readonly UsedName[] {
  const text = withVariables(query);
  const made = [...text.matchAll(MADE_BY)].map(([, ...found]) => found.find((name) => name !== undefined));
  const names: UsedName[] = [];
  const textOf = ({ from, to }: SyntaxNode): string => text.slice(from, to);
  const metricsIn = (node: SyntaxNode): string[] => {
    const found: string[] = [];
    node.cursor().iterate(({ name, node: inner }) => {
      if (name === "VectorSelector") found.push(metricOf(inner));
    });
    return found;
  };
  const metricOf = (selector: SyntaxNode): string => {
    const identifier = selector.getChild("Identifier");
    return identifier === null ? "" : textOf(identifier);
  };
  const add = (node: SyntaxNode, metrics: readonly string[]): void => {
    const name = textOf(node);
    if (!made.includes(name)) names.push({ kind: "label", name, at: node.from, metrics });
  };
  promql.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name === "VectorSelector") names.push({ kind: "metric", name: metricOf(node), at: node.from, metrics: [] });
      if (name !== "LabelName") return;
      const selector = ancestor(node, ["VectorSelector"]);
      if (selector !== undefined) return add(node, [metricOf(selector)]);
      const grouped = ancestor(node, ["AggregateExpr", "BinaryExpr"]);
      add(node, grouped === undefined ? [] : metricsIn(grouped));
    },
  });
  return names;
}

/** The labels of a LogQL query: those of its streams, of its filters, and those it groups by. */
export function labelsOfLogQL(query: string): readonly UsedName[] {
  const text = withVariables(query);
  const names: UsedName[] = [];
  logql.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name !== "Identifier") return;
      names.push({ kind: "label", name: text.slice(node.from, node.to), at: node.from, metrics: [] });
    },
  });
  return names;
}

function ancestor(node: SyntaxNode, kinds: readonly string[]): SyntaxNode | undefined {
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (kinds.includes(parent.name)) return parent;
  }
  return undefined;
}
