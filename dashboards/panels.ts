import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { DashboardFile } from "../signals/signals.ts";
import { DATASOURCES, type DatasourceName } from "./datasources.ts";

/** A panel of a dashboard, not built yet. */
export type PanelBuilder = Parameters<dashboard.DashboardBuilder["withPanel"]>[0];

/** One query of a panel. */
export interface PanelQuery {
  /** PromQL or LogQL, whatever the panel's datasource takes. */
  readonly expr: string;
  /** Name of its series: text with `{{label}}`. @default - all labels */
  readonly legend?: string;
}

/** What every panel says of itself. */
export interface PanelText {
  /** One line. */
  readonly title: string;
  /** What is shown, and when to worry. */
  readonly description: string;
  /** Grafana's name of the unit: `reqps`, `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  /** Where its queries go. @default "prometheus" */
  readonly datasource?: DatasourceName;
  /** Width of 24. @default 12, and 6 for a number */
  readonly width?: number;
}

/** Lines over time, with their legend shown. */
export function lines(
  text: PanelText & { readonly queries: readonly PanelQuery[]; readonly max?: number; readonly stacked?: boolean },
): PanelBuilder {
  const panel = new timeseries.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCES[text.datasource ?? "prometheus"])
    .span(text.width ?? 12)
    .height(8)
    .min(0)
    .fillOpacity(10)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
    .targets(text.queries.map((query, index) => target(text, query, index, false)));
  if (text.max !== undefined) panel.max(text.max);
  if (text.stacked) panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  return panel;
}

/** One number, the latest, with the time behind it. Green below the limit, red from it on, where one is given. */
export function figure(text: PanelText & { readonly expr: string; readonly limit?: number }): PanelBuilder {
  const steps: dashboard.Threshold[] = [{ value: null, color: text.limit === undefined ? "blue" : "green" }];
  if (text.limit !== undefined) steps.push({ value: text.limit, color: "red" });
  return new stat.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCES[text.datasource ?? "prometheus"])
    .span(text.width ?? 6)
    .height(4)
    .thresholds(new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps))
    .graphMode(common.BigValueGraphMode.Area)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .targets([target(text, { expr: text.expr }, 0, false)]);
}

/** The latest answer as a table; `hidden` are labels that say nothing here. */
export function list(text: PanelText & { readonly expr: string; readonly hidden?: readonly string[] }): PanelBuilder {
  const hidden = ["Time", "__name__", ...(text.hidden ?? [])];
  return new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(DATASOURCES.prometheus)
    .span(text.width ?? 12)
    .height(8)
    .withTransformation({
      id: "organize",
      options: { excludeByName: Object.fromEntries(hidden.map((name) => [name, true])) },
    })
    .targets([target(text, { expr: text.expr }, 0, true)]);
}

/** Lines of logs, the newest first. */
export function logLines(text: Omit<PanelText, "unit" | "datasource"> & { readonly expr: string }): PanelBuilder {
  return new logs.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit("none")
    .datasource(DATASOURCES.loki)
    .span(text.width ?? 24)
    .height(14)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .targets([target({ datasource: "loki" }, { expr: text.expr }, 0, false)]);
}

/** A choice above a dashboard, from the values of a label. */
export function choice(args: {
  readonly name: string;
  readonly label: string;
  readonly query: string;
  readonly datasource: DatasourceName;
  /** Offer all values at once. @default false */
  readonly all?: boolean;
}): dashboard.QueryVariableBuilder {
  const variable = new dashboard.QueryVariableBuilder(args.name)
    .label(args.label)
    .query(args.query)
    .datasource(DATASOURCES[args.datasource])
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
  return args.all
    ? variable.multi(true).includeAll(true).allValue(".+").current({ text: "All", value: "$__all" })
    : variable;
}

/** A dashboard as a file: classic JSON, which file provisioning of every Grafana from 10 on takes. */
export function dashboardFile(args: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables?: Parameters<dashboard.DashboardBuilder["variables"]>[0];
  readonly panels: readonly PanelBuilder[];
}): DashboardFile {
  const builder = new dashboard.DashboardBuilder(args.title)
    .uid(args.uid)
    .description(args.description)
    .tags(["vigie"])
    .readonly()
    .timezone("browser")
    .time({ from: "now-1h", to: "now" })
    .refresh("10s")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder("Vigie")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(["vigie"])
        .asDropdown(true)
        .keepTime(true),
    )
    .variables(args.variables ?? []);
  for (const panel of args.panels) builder.withPanel(panel);
  return { uid: args.uid, title: args.title, folder: "Vigie", json: `${JSON.stringify(builder.build(), null, 2)}\n` };
}

function target(text: Pick<PanelText, "datasource">, query: PanelQuery, index: number, instant: boolean) {
  const name = text.datasource ?? "prometheus";
  const refId = String.fromCharCode("A".charCodeAt(0) + index);
  if (name === "loki") {
    const lokiQuery = new loki.DataqueryBuilder()
      .datasource(DATASOURCES.loki)
      .refId(refId)
      .expr(query.expr)
      .queryType("range");
    return query.legend === undefined ? lokiQuery : lokiQuery.legendFormat(query.legend);
  }
  const promQuery = new prometheus.DataqueryBuilder().datasource(DATASOURCES.prometheus).refId(refId).expr(query.expr);
  if (query.legend !== undefined) promQuery.legendFormat(query.legend);
  return instant ? promQuery.instant().format(prometheus.PromQueryFormat.Table) : promQuery.range();
}
