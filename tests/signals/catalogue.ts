/** Checks that queries use only what the metric catalogue has. */

import { nearest } from "../../services/problems.ts";
import { labelsOfSeries, METRICS, metricOfSeries, seriesOfMetric } from "../../signals/metrics/catalogue.ts";
import { LOG_LABELS } from "../../signals/metrics/log-labels.ts";
import { isAlertingRule, type RuleGroup } from "../../signals/rule-group.ts";
import { withVariables } from "../dashboards/queries.ts";
import { labelsOfLogQL, namesOfPromQL, type UsedName } from "./names.ts";

/** A query, and where it stands. */
export interface Query {
  readonly file: string;
  readonly expr: string;
}

/** What rules record: name to the labels that it may have. */
export type Recorded = ReadonlyMap<string, readonly string[]>;

const KNOWN = Object.values(METRICS).flatMap(seriesOfMetric);

/** The series that rules record, with the labels of what they are made from. */
export function recordedBy(groups: readonly RuleGroup[]): Recorded {
  const recorded = new Map<string, readonly string[]>();
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    if (isAlertingRule(rule)) continue;
    const used = namesOfPromQL(rule.expr).filter(({ kind }) => kind === "metric");
    recorded.set(rule.record, [
      ...used.flatMap(({ name }) => labelsOf(name, recorded)),
      ...Object.keys(rule.labels ?? {}),
    ]);
  }
  return recorded;
}

/** What a PromQL query names and neither the catalogue nor a rule has, each with its file, place and nearest name. */
export function unknownInPromQL({ file, expr }: Query, recorded: Recorded = new Map()): readonly string[] {
  const names = [...KNOWN, ...recorded.keys()];
  return namesOfPromQL(expr).flatMap((used) => {
    if (used.kind === "metric") {
      const known = metricOfSeries(used.name) !== undefined || recorded.has(used.name);
      return known ? [] : [problem(file, expr, used, "is no metric of the catalogue", names)];
    }
    const allowed = [...new Set(used.metrics.flatMap((metric) => labelsOf(metric, recorded)))];
    return allowed.includes(used.name)
      ? []
      : [problem(file, expr, used, `is no label of ${used.metrics.join(", ")}`, allowed)];
  });
}

/** What a LogQL query names and no line has as a label or field. */
export function unknownInLogQL({ file, expr }: Query): readonly string[] {
  return labelsOfLogQL(expr)
    .filter(({ name }) => !LOG_LABELS.some((label) => label === name))
    .map((used) => problem(file, expr, used, "is no label of log lines", LOG_LABELS));
}

function labelsOf(series: string, recorded: Recorded): readonly string[] {
  return recorded.get(series) ?? labelsOfSeries(series);
}

function problem(file: string, expr: string, used: UsedName, what: string, allowed: readonly string[]): string {
  const near = nearest(used.name, allowed);
  const fix = near === undefined ? "" : `; did you mean ${near}?`;
  return `${file}: ${withVariables(expr)}: at ${used.at}: ${JSON.stringify(used.name)} ${what}${fix}`;
}
