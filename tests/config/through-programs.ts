/** What the two log agents make of a line with what config/redaction.ts gives them, by JavaScript's patterns. */

import { HIDDEN, HIDDEN_TEXTS, patternOf } from "../../config/redaction.ts";

/** A pattern of Go's. Its `(?i)` is a flag of the whole here. */
export function regexp(pattern: string): RegExp {
  return new RegExp(pattern.replace("(?i)", ""), pattern.startsWith("(?i)") ? "dgi" : "dg");
}

/** A stage of Promtail. */
export interface Stage {
  readonly replace?: { readonly expression: string; readonly replace: string };
  readonly match?: { readonly selector: string; readonly stages: readonly Stage[] };
}

/** What Promtail makes of a line: within each match, it replaces the group. */
export function throughPromtail(line: string, stages: readonly Stage[]): string {
  return stages.reduce((text, { match, replace }) => {
    if (match !== undefined) {
      const filters = match.selector.split(" |~ ").slice(1);
      return filters.every((filter) => regexp(JSON.parse(filter)).test(text))
        ? throughPromtail(text, match.stages)
        : text;
    }
    if (replace === undefined) return text;
    let [kept, from] = ["", 0];
    for (const { indices } of text.matchAll(regexp(replace.expression))) {
      const [begin, end] = indices?.[1] ?? [from, from];
      kept += text.slice(from, begin) + replace.replace;
      from = end;
    }
    return kept + text.slice(from);
  }, line);
}

/** What the Collector's statements make of a line. */
export function throughCollector(line: string): string {
  return HIDDEN_TEXTS.reduce((text, hidden) => {
    const { before, after, as = HIDDEN, with: signs = [] } = hidden;
    if (!signs.every((any) => any.some((sign) => text.includes(sign)))) return text;
    return text.replaceAll(regexp(patternOf(hidden)), (_, group: string) =>
      before === undefined ? as + (after === undefined ? "" : group) : group + as,
    );
  }, line);
}
