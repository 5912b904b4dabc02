import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { RuleGroup } from "../rule-group.ts";
import type { DashboardFile } from "../signals.ts";

/**
 * The series that rules and dashboards name, but for recorded ones, whose names have a colon: names, or patterns where a
 * query selects by one.
 */
export function usedSeries(groups: readonly RuleGroup[], dashboards: readonly DashboardFile[]): readonly string[] {
  const rules = groups.flatMap((group) => group.rules);
  const queries = [...rules.map(({ expr }) => expr), ...dashboards.flatMap(({ json }) => queriesOf(JSON.parse(json)))];
  const names = new Set(queries.flatMap(seriesIn));
  return [...names].filter((name) => !name.includes(":")).sort();
}

/** The series that a PromQL query names. */
export function seriesIn(query: string): readonly string[] {
  // Grafana puts a duration or a chosen value there; a duration fits wherever a name cannot stand.
  const text = query.replace(/\$\{\w+[^}]*\}|\$\w+/g, "5m");
  const names: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name === "VectorSelector") names.push(...namesOf(node, text));
    },
  });
  return names;
}

function namesOf(selector: SyntaxNode, text: string): readonly string[] {
  const identifier = selector.getChild("Identifier");
  if (identifier !== null) return [text.slice(identifier.from, identifier.to)];
  const [, name] = /\b__name__\s*=~?\s*["']([^"']+)["']/.exec(text.slice(selector.from, selector.to)) ?? [];
  return name === undefined ? [] : [name];
}

// Whatever a panel, an annotation or a variable asks of Prometheus, wherever it stands.
function queriesOf(value: unknown, datasource?: string): string[] {
  if (Array.isArray(value)) return value.flatMap((inner) => queriesOf(inner, datasource));
  if (typeof value !== "object" || value === null) return [];
  const { type } = ((value as { datasource?: unknown }).datasource ?? {}) as { type?: string };
  const inherited = type ?? datasource;
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner !== "string") return queriesOf(inner, inherited);
    if (inherited !== "prometheus" || !["expr", "query"].includes(key)) return [];
    return [asked(inner)];
  });
}

// A variable's query is a function of Grafana around what it asks Prometheus.
function asked(query: string): string {
  const [, ofLabel] = /^\s*label_values\((.+),\s*\w+\s*\)\s*$/s.exec(query) ?? [];
  const [, result] = /^\s*query_result\((.+)\)\s*$/s.exec(query) ?? [];
  return ofLabel ?? result ?? (/^\s*(label_values|label_names|metrics)\(/.test(query) ? "" : query);
}
