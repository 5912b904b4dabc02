/**
 * The rules of Grafana's dashboard linter, restated, and some of the house. Each takes a dashboard and gives what is
 * wrong with it, as `<uid>: <panel>: <problem>`.
 */

import * as units from "@grafana/grafana-foundation-sdk/units";
import type { SyntaxNode } from "@lezer/common";
import { parser as promql } from "@prometheus-io/lezer-promql";
import {
  DATASOURCE_TITLES,
  DATASOURCES,
  type DatasourceName,
  datasourceVariable,
} from "../../dashboards/datasources.ts";
import { labelsOfSeries, metricOfSeries } from "../../signals/metrics/catalogue.ts";
import { LOG_LABELS } from "../../signals/metrics/log-labels.ts";
import { namesOfPromQL } from "../signals/names.ts";
import { queryProblem, withVariables } from "./queries.ts";
import { type Dashboard, type Panel, panelsOf, type Variable } from "./stack.ts";

/** A rule: what is wrong with a dashboard. */
export type Rule = (dashboard: Dashboard) => readonly string[];

const UNITS: readonly string[] = Object.values(units).map(String);
const VICTORIALOGS = DATASOURCES.victorialogs.type;
const RATES = ["rate", "irate", "increase"];

const eachPanel =
  (check: (panel: Panel, dashboard: Dashboard) => readonly string[]): Rule =>
  (dashboard) =>
    panelsOf(dashboard).flatMap((panel) =>
      check(panel, dashboard).map((problem) => `${dashboard.uid}: ${panel.title}: ${problem}`),
    );

const eachQuery = (check: (expr: string, datasource: string, dashboard: Dashboard) => readonly string[]): Rule =>
  eachPanel(({ targets, datasource }, dashboard) =>
    // A search for traces has no text.
    targets.flatMap(({ expr }) =>
      expr === undefined ? [] : check(expr, datasource.type, dashboard).map((problem) => `${problem} in ${expr}`),
    ),
  );

const eachPromQL = (check: (expr: string, dashboard: Dashboard) => readonly string[]): Rule =>
  eachQuery((expr, type, dashboard) => (type === "prometheus" ? check(expr, dashboard) : []));

/** template-datasource-rule: the dashboard has a choice for each type of datasource that it uses, and no other. */
const templateDatasource: Rule = (dashboard) => {
  const types = new Set([...panelsOf(dashboard).map(({ datasource }) => datasource.type), "prometheus"]);
  const offered = dashboard.templating.list.filter(({ type }) => type === "datasource");
  const wanted = (Object.keys(DATASOURCES) as DatasourceName[])
    .filter((name) => types.has(DATASOURCES[name].type))
    .map((name) => `${datasourceVariable(name)} ${DATASOURCE_TITLES[name]} data source ${DATASOURCES[name].type}`);
  const found = offered.map(({ name, label, query }) => `${name} ${label} ${query}`);
  return JSON.stringify(found) === JSON.stringify(wanted)
    ? []
    : [`${dashboard.uid}: chooses ${found.join(", ") || "no datasource"}, should choose ${wanted.join(", ")}`];
};

/** panel-datasource-rule: whatever asks something asks the datasource that is chosen. */
const panelDatasource: Rule = (dashboard) => {
  const asked = [
    ...panelsOf(dashboard).flatMap(({ title, datasource, targets }) =>
      [datasource, ...targets.map((target) => target.datasource)].map(({ uid }) => [title, uid]),
    ),
    ...dashboard.templating.list
      .filter(({ type }) => type === "query")
      .map(({ name, datasource }) => [name, datasource?.uid]),
    ...dashboard.annotations.list.map(({ name, datasource }) => [name, datasource.uid]),
  ];
  return asked
    .filter(([, uid]) => uid === undefined || !/^\$\{\w+_datasource\}$/.test(uid))
    .map(([what, uid]) => `${dashboard.uid}: ${what} asks ${uid}, not the datasource that is chosen`);
};

/** panel-title-description-rule: each panel has a title, no other has the same, and a sentence on what it shows. */
const titleAndDescription: Rule = (dashboard) => {
  const titles = panelsOf(dashboard).map(({ title }) => title);
  const twice = titles.filter((title, index) => titles.indexOf(title) < index);
  return [
    ...twice.map((title) => `${dashboard.uid}: two panels are called ${title}`),
    ...eachPanel(({ title, description }) => [
      ...(/^[A-Z0-9]/.test(title) ? [] : ["has no title"]),
      ...(/^[A-Z0-9].*\.$/.test(description ?? "") ? [] : ["has no sentence as its description"]),
    ])(dashboard),
  ];
};

/** panel-units-rule: each panel has a unit that Grafana knows. */
const unit = eachPanel(({ fieldConfig }) =>
  UNITS.includes(fieldConfig.defaults.unit) ? [] : [`has the unit ${fieldConfig.defaults.unit}`],
);

/** panel-no-targets-rule: each panel asks something, each question with a name of its own. */
const asks = eachPanel(({ targets }) => [
  ...(targets.length === 0 ? ["asks nothing"] : []),
  ...(new Set(targets.map(({ refId }) => refId)).size === targets.length ? [] : ["two questions have one name"]),
]);

/** target-promql-rule, target-logql-rule (LogsQL, too), template-label-promql-rule: what is asked is understood. */
const parses: Rule = (dashboard) => [
  ...eachQuery((expr, type) => [queryProblem(type, expr) ?? []].flat())(dashboard),
  ...dashboard.annotations.list.flatMap(({ expr }) => [queryProblem("prometheus", expr) ?? []].flat()),
  ...dashboard.templating.list
    .filter(({ type }) => type === "query")
    .flatMap(({ name, query, datasource }) => {
      // The plugin of VictoriaLogs takes an object, which names the field and has no language.
      if (typeof query !== "string")
        return LOG_LABELS.some((label) => label === query.field)
          ? []
          : [`${dashboard.uid}: variable ${name} asks for ${query.field}`];
      const { series } = /^label_values\((?:(?<series>.+), )?\w+\)$/.exec(query)?.groups ?? {};
      const type = datasource?.uid.includes("loki") ? "loki" : "prometheus";
      const fine = query.startsWith("label_values(") && (series === undefined || !queryProblem(type, series));
      return fine ? [] : [`${dashboard.uid}: variable ${name} asks ${query}`];
    }),
];

/** target-rate-interval-rule: a rate is over `$__rate_interval`, which fits the zoom and the scrape interval. */
const rateInterval = eachQuery((expr, type) => {
  const windows = [...expr.matchAll(/\[([^\]]+)\]/g)].map(([, window]) => window);
  // The request has the interval.
  if (type === VICTORIALOGS) return /\b_time:/.test(expr) ? ["a fixed time"] : [];
  if (type === "loki") return windows.every((window) => window === "$__interval") ? [] : ["a fixed window"];
  const fixed = [...expr.matchAll(/\b(rate|irate|increase|delta|deriv)\((?:[^()[\]]|\([^()]*\))*\[([^\]]+)\]/g)];
  return fixed.filter(([, , window]) => window !== "$__rate_interval").map(([, name]) => `a fixed window of ${name}`);
});

/** target-counter-agg-rule: a number that only grows is shown as how fast it does. */
const counterAsRate = eachPromQL((expr) => {
  const text = withVariables(expr);
  const problems: string[] = [];
  promql.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name !== "VectorSelector") return;
      const series = text.slice(node.from, node.getChild("Identifier")?.to ?? node.to);
      const type = metricOfSeries(series)?.type;
      if (type !== "counter" && type !== "histogram") return;
      const call = callAround(node.parent?.name === "MatrixSelector" ? node.parent : node, text);
      if (!RATES.includes(call)) problems.push(`${series} is no rate`);
    },
  });
  return problems;
});

function callAround(node: SyntaxNode, text: string): string {
  for (let { parent } = node; parent !== null; parent = parent.parent) {
    // Whether it is there is no number that grows.
    if (parent.name === "AggregateExpr" && text.slice(parent.from, parent.to).startsWith("group"))
      return RATES[0] ?? "";
    if (parent.name === "FunctionCall") return text.slice(parent.from, parent.firstChild?.to ?? parent.from);
  }
  return "";
}

/** target-job-rule, target-instance-rule: what is chosen above holds for every question that it can hold for. */
const chosen: Rule = (dashboard) => {
  const choices = choicesOf(dashboard);
  const names = choices.map(({ name }) => name);
  if (names.length === 0) return [];
  const labels = choices.flatMap(({ query }) =>
    typeof query === "string" ? (/(\w+)\)$/.exec(query)?.[1] ?? []) : [query.field],
  );
  const concerned = (name: string): boolean => labels.some((label) => labelsOfSeries(name).includes(label));
  return eachQuery((expr, type) => {
    const inside = type === "prometheus" ? namesOfPromQL(expr).filter(({ kind }) => kind === "metric") : [];
    if (inside.length > 0 && inside.every(({ name }) => metricOfSeries(name) && !concerned(name))) return [];
    const selectors = [...expr.matchAll(/[\w:]*\{[^}]*\}/g)].map(([selector]) => selector);
    return selectors.length > 0 && selectors.every((selector) => names.some((name) => selector.includes(`$${name}`)))
      ? []
      : [`not all is about ${names.map((name) => `$${name}`).join(", ")}`];
  })(dashboard);
};

/** No choice is without effect, and none is asked for that there is not. */
const variables: Rule = (dashboard) => {
  const offered = dashboard.templating.list.map(({ name }) => name);
  const { templating, ...rest } = dashboard;
  const text = JSON.stringify([rest, templating.list.map(({ datasource, query }) => [datasource, query])]);
  const found = [...text.matchAll(/\$\{?([A-Za-z]\w*)/g)].map(([, name = ""]) => name);
  const used = [...new Set(found)];
  return [
    ...offered.filter((name) => !used.includes(name)).map((name) => `${dashboard.uid}: $${name} changes nothing`),
    ...used.filter((name) => !offered.includes(name)).map((name) => `${dashboard.uid}: there is no $${name}`),
  ];
};

/** template-on-time-change-reload-rule: a choice offers what there was in the time that is shown. */
const reloads: Rule = (dashboard) =>
  choicesOf(dashboard)
    .filter(({ type, refresh }) => type === "query" && refresh !== 2)
    .map(({ name }) => `${dashboard.uid}: $${name} is not asked again when the time changes`);

/** uneditable-dashboard: a change on the page would be lost with the next deployment. */
const uneditable: Rule = ({ uid, editable }) => (editable ? [`${uid}: can be edited`] : []);

/** Panels do not overlap, stay on the grid, and have a number each. */
const grid: Rule = ({ uid, panels }) => {
  const taken = new Set<string>();
  return panels.flatMap(({ title, id, gridPos: { x, y, w, h } }, index) => {
    const cells = Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
    const covered = cells.some((cell) => taken.has(cell));
    for (const cell of cells) taken.add(cell);
    return [
      ...(covered ? [`${uid}: ${title} lies on another panel`] : []),
      ...(x + w > 24 ? [`${uid}: ${title} leaves the grid`] : []),
      ...(panels.findIndex((panel) => panel.id === id) < index || id === undefined
        ? [`${uid}: ${title} has no id`]
        : []),
    ];
  });
};

/** Lines have a legend, and every line in it a name that is not the whole list of its labels. */
const legend = eachPanel(({ type, options, targets }) =>
  type !== "timeseries" || (options.legend?.showLegend && targets.every(({ legendFormat }) => legendFormat))
    ? []
    : ["has no legend"],
);

/** Where nothing failed yet there is no series of a failure: a share of failures has 0 to fall back on. */
const zeroes = eachPromQL((expr) =>
  /=~"5\.\."/.test(expr) && !/\bor 0 \*/.test(expr) ? ["empty until something fails"] : [],
);

/** The rules, by what they say. */
export const RULES: Readonly<Record<string, Rule>> = {
  "chooses its datasources": templateDatasource,
  "asks the datasources that are chosen": panelDatasource,
  "says what each panel shows": titleAndDescription,
  "has units that Grafana knows": unit,
  "asks something on every panel": asks,
  "is understood by its datasources": parses,
  "has rates over the interval that fits": rateInterval,
  "shows counters as rates": counterAsRate,
  "holds to what is chosen": chosen,
  "offers every choice that it uses, and no other": variables,
  "offers what there was at the time": reloads,
  "is not edited on its page": uneditable,
  "has each panel in a place of its own": grid,
  "has a legend on every graph": legend,
  "has 0 where nothing failed": zeroes,
};

function choicesOf({ templating }: Dashboard): readonly Variable[] {
  return templating.list.filter(({ type }) => type !== "datasource");
}
