import type { SyntaxNode } from "@lezer/common";
import { parser as promql } from "@prometheus-io/lezer-promql";
import { describe, expect, it } from "vitest";
import { dashboardsOf } from "../../dashboards/index.ts";
import { postgresDashboard } from "../../dashboards/postgres.ts";
import { serviceDashboard } from "../../dashboards/service.ts";
import { LOG_STORES } from "../../signals/log-stores.ts";
import { isAlertingRule, PACES } from "../../signals/rule-group.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { postgresRules } from "../../signals/rules/postgres.ts";
import type { Limit, ThresholdUnit } from "../../signals/threshold.ts";
import { namesOfPromQL } from "../signals/names.ts";
import { withVariables } from "./queries.ts";
import {
  type Dashboard,
  OBJECTIVE,
  type Panel,
  panelsOf,
  parseDashboard,
  stackDashboards,
  stackRules,
} from "./stack.ts";

/** Units of panels, and by how much a limit is divided to be in them. */
const UNITS: Readonly<Record<ThresholdUnit, Readonly<Record<string, number>>>> = {
  ratio: { percentunit: 1 },
  seconds: { s: 1, d: 86_400 },
  count: { short: 1 },
  perSecond: { ops: 1, reqps: 1 },
};

/** Alerts whose number is on no graph, and why. */
const NOT_DRAWN: Readonly<Record<string, string>> = {
  HostDiskFullIn4Days: "it compares with what will be, and the disk's own limit is drawn",
  NginxConnectionsDropped: "it counts over a window of its own; the graph has how many a second, and any is too much",
  CallsRefused: "it counts over a window of its own; the graph has how many a minute, and any is too much",
  GrafanaSignInsFailing: "it counts over a window of its own; the graph has how many a second",
};

interface Drawn {
  readonly alert: string;
  readonly names: readonly string[];
  readonly limit: Limit;
}

/** The metrics that an alert compares with its limit. */
function comparedBy(expr: string): readonly string[] {
  let node: SyntaxNode | null = promql.parse(expr).topNode.firstChild;
  while (node !== null && !["Gtr", "Lss", "Gte", "Lte"].some((op) => node?.getChild(op))) node = node.firstChild;
  const compared = node?.firstChild;
  if (!compared) throw new Error(`nothing is compared in ${expr}`);
  return metricsOf(expr.slice(compared.from, compared.to));
}

const metricsOf = (expr: string): readonly string[] =>
  [...new Set(namesOfPromQL(expr).flatMap(({ kind, name }) => (kind === "metric" ? [name] : [])))].sort();

/** What a query shows, without what is 0 where that has no answer. */
function withoutFallback(expr: string): string {
  const text = withVariables(expr);
  let node = promql.parse(text).topNode.firstChild;
  while (node?.getChild("Or")) node = node.firstChild;
  return node === null ? text : text.slice(node.from, node.to);
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join();

const drawnOn = ({ fieldConfig }: Panel): readonly number[] =>
  (fieldConfig.defaults.thresholds?.steps ?? []).flatMap(({ value }) => value ?? []);

/** Graphs only: a number has its colours from 0 and 1, too. */
const graphs = (dashboards: readonly Dashboard[]): readonly (readonly [string, Panel])[] =>
  dashboards.flatMap((dashboard) =>
    panelsOf(dashboard)
      .filter(({ type }) => type === "timeseries")
      .map((panel) => [`${dashboard.uid}: ${panel.title}`, panel] as const),
  );

const stacks = Object.entries(PACES).flatMap(([name, pace]) => LOG_STORES.map((store) => [name, store, pace] as const));

describe.each(stacks)("at the pace %s, with logs in %s", (_, store, pace) => {
  const limits = stackRules(pace, store)
    .flatMap(({ rules }) => rules.filter(isAlertingRule))
    .flatMap(({ alert, expr, limit }): Drawn[] =>
      limit === undefined ? [] : [{ alert, names: comparedBy(expr), limit }],
    );
  const panels = graphs(stackDashboards(pace, store).map(parseDashboard));
  const shows = (panel: Panel, { names, limit }: Drawn): boolean =>
    panel.fieldConfig.defaults.unit in UNITS[limit.unit] &&
    panel.targets.some(({ expr }) => sameNames(metricsOf(withoutFallback(expr)), names));
  const valueOn = ({ fieldConfig }: Panel, { value, unit }: Limit): number =>
    value / (UNITS[unit][fieldConfig.defaults.unit] ?? 1);

  it("every graph of what an alert compares with a number has a line there", () => {
    const missing = panels.flatMap(([name, panel]) =>
      limits
        .filter((drawn) => shows(panel, drawn) && !drawnOn(panel).includes(valueOn(panel, drawn.limit)))
        .map(({ alert, limit }) => `${name}: ${alert} at ${limit.value}`),
    );
    expect(limits.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });

  it("every number that says how much is too much is a line somewhere", () => {
    const missing = limits
      .filter(({ alert, limit }) => !(alert in NOT_DRAWN) && limit.value > 0)
      .filter((drawn) => !panels.some(([, panel]) => shows(panel, drawn)))
      .map(({ alert }) => alert);
    expect(missing).toEqual([]);
  });

  it("no graph has a line that is no limit of its own and no objective", () => {
    const owed = [0, 0.01, 1, ...pace.slo.burnRates.map(({ factor }) => factor)];
    const strange = panels.flatMap(([name, panel]) => {
      const own = limits.filter((drawn) => shows(panel, drawn)).map(({ limit }) => valueOn(panel, limit));
      return drawnOn(panel)
        .filter((value) => ![...own, ...owed].includes(value))
        .map((value) => `${name}: ${value}`);
    });
    expect(strange).toEqual([]);
  });

  it("a line is within the axis, dashed, and on nothing but graphs that have one", () => {
    for (const [name, panel] of panels) {
      const { thresholdsStyle, axisSoftMax = 0 } = panel.fieldConfig.defaults.custom ?? {};
      const lines = drawnOn(panel);
      expect(thresholdsStyle?.mode, name).toBe(lines.length === 0 ? undefined : "dashed");
      if (lines.length > 0) expect(axisSoftMax, name).toBeGreaterThanOrEqual(Math.max(...lines));
    }
  });
});

describe("a limit that was changed", () => {
  const stepsOf = (dashboards: readonly Dashboard[], uid: string, title: string) => {
    const [panel] = dashboards
      .filter((dashboard) => dashboard.uid === uid)
      .flatMap(panelsOf)
      .filter((p) => p.title === title);
    return panel?.fieldConfig.defaults.thresholds?.steps.slice(1);
  };

  it("is the line of the service that has it, beside what it owes, and not of another", () => {
    const services = ["orders", "catalog"].map((service) => ({
      scrapeJobs: [],
      ruleGroups: [
        httpServiceRules({
          job: service,
          ...(service === "orders" ? { thresholds: { HttpSlowP95: { warning: 2, critical: 4 } } } : {}),
        }),
      ],
      dashboards: [serviceDashboard({ service, uses: [] })],
    }));
    const dashboards = dashboardsOf(services, { objectives: { orders: OBJECTIVE } }).map(parseDashboard);
    expect(stepsOf(dashboards, "service-orders", "Duration")).toEqual([
      { value: 1, color: "purple" },
      { value: 2, color: "orange" },
      { value: 4, color: "red" },
    ]);
    expect(stepsOf(dashboards, "service-catalog", "Duration")).toEqual([{ value: 0.5, color: "orange" }]);
    expect(stepsOf(dashboards, "service-orders", "Failed requests")).toEqual([
      { value: 0.01, color: "purple" },
      { value: 0.05, color: "red" },
    ]);
  });

  it("is the line of a store", () => {
    const ruleGroups = [postgresRules({ job: "postgres", thresholds: { PostgresConnectionsHigh: { warning: 0.6 } } })];
    const dashboards = dashboardsOf([{ scrapeJobs: [], ruleGroups, dashboards: [postgresDashboard] }]);
    expect(stepsOf(dashboards.map(parseDashboard), "postgres", "Connections, of the most")).toEqual([
      { value: 0.6, color: "orange" },
    ]);
  });
});
