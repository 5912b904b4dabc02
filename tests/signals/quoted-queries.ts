/** Finds what a text asks Prometheus for, between backticks, and Prometheus has not. */

import { METRICS, metricOfSeries } from "../../signals/metrics/catalogue.ts";
import { queryProblem } from "../dashboards/queries.ts";
import type { Recorded } from "./catalogue.ts";
import { namesOfPromQL } from "./names.ts";

const QUOTED = /```\w*\n([\s\S]*?)```|`([^`]+)`/g;

// A word with an underscore or a colon: that is how metrics are named, and hardly anything else is.
const METRIC_LIKE = /[_:]/;

// A name right before a bracket: no command, no SQL and no query of lines begins like this.
const QUERY_LIKE = /^[a-z_][\w:]*(\s+(by|without))?\s*[({]/;

// Prometheus makes them itself.
const OWN = ["ALERTS", "ALERTS_FOR_STATE"];

// How a setting of a stack is written.
const SETTING = "vigie:";

/**
 * The metrics that a text quotes, alone or in PromQL, and that neither the catalogue nor a rule has: the series budget
 * drops them. So is PromQL that is none. Commands, SQL and queries of lines are no PromQL and are left alone.
 *
 * @param others words that look like a metric and are none
 */
export function unkeptIn(text: string, recorded: Recorded, others: readonly string[] = []): readonly string[] {
  return [...text.matchAll(QUOTED)].flatMap(([, block, inline]) => {
    const quoted = (block ?? inline ?? "").replace(/\s+/g, " ").trim();
    // A placeholder stands for a name that the reader knows.
    const query = quoted.replace(/<\w+>/g, "placeholder");
    if (queryProblem("prometheus", query) !== undefined) return QUERY_LIKE.test(query) ? [quoted] : [];
    const named = namesOfPromQL(query).filter(({ kind, name }) => kind === "metric" && METRIC_LIKE.test(name));
    return named.map(({ name }) => name).filter((name) => !isKept(name, { alone: name === query, recorded, others }));
  });
}

function isKept(
  name: string,
  { alone, recorded, others }: { alone: boolean; recorded: Recorded; others: readonly string[] },
): boolean {
  if (metricOfSeries(name) !== undefined || recorded.has(name) || OWN.includes(name)) return true;
  if (alone && name.startsWith(SETTING)) return true;
  // A histogram is called by a name that none of its series has.
  return alone && (name in METRICS || others.includes(name));
}
