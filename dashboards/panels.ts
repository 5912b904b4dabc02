import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { datasourceRef } from "./datasources.ts";
import { lineSteps, type Mark, stateSteps } from "./marks.ts";

/** A panel of a dashboard, not built yet. */
export type PanelBuilder = Parameters<dashboard.DashboardBuilder["withPanel"]>[0];

/** One query of a panel. */
export interface PanelQuery {
  /** PromQL. */
  readonly expr: string;
  /** Name of its series: text with `{{label}}`. @default - all labels */
  readonly legend?: string;
}

/** Where a click on a panel leads. The time that is shown is taken along. */
export interface PanelLink {
  /** What is shown. */
  readonly title: string;
  /** Path in Grafana; {@link labelOfSeries} puts a label of what was clicked into it. */
  readonly path: string;
}

/** How a link has a label of the series that was clicked. */
export function labelOfSeries(label: string): string {
  return `\${__field.labels.${label}}`;
}

/** What every panel says of itself. */
export interface PanelText {
  /** One line. */
  readonly title: string;
  /** What is shown, and when to worry. */
  readonly description: string;
  /** Grafana's name of the unit: `reqps`, `s`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  /** Width of 24. @default 12, and 6 for a number */
  readonly width?: number;
}

/** What {@link lines} draws. */
export interface LinesArgs extends PanelText {
  /** What is drawn: each query is one line or, by its labels, several. */
  readonly queries: readonly PanelQuery[];
  /** Limits and objectives that concern these lines: each is drawn, and the axis reaches it. @default [] */
  readonly marks?: readonly Mark[];
  /** Top of the axis. @default - what the lines and marks need */
  readonly max?: number;
  /** One on top of the other. @default false */
  readonly stacked?: boolean;
  /** The numbers may be negative. @default false - the axis begins at 0 */
  readonly signed?: boolean;
  /** Where a click on a line leads. @default - nowhere */
  readonly link?: PanelLink;
}

/** Lines over time, with their legend shown. */
export function lines(args: LinesArgs): timeseries.PanelBuilder {
  const { marks = [] } = args;
  const panel = new timeseries.PanelBuilder()
    .title(args.title)
    .description(args.description)
    .unit(args.unit)
    .datasource(datasourceRef("prometheus"))
    .span(args.width ?? 12)
    .height(8)
    .fillOpacity(10)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
    .targets(args.queries.map((query, index) => target(query, index, false)));
  if (!args.signed) panel.min(0);
  if (args.max !== undefined) panel.max(args.max);
  if (args.stacked) panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  if (args.link !== undefined) panel.dataLinks([linkBuilder(args.link)]);
  if (marks.length > 0) {
    panel
      .thresholds(
        new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(lineSteps(marks)),
      )
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed))
      // Grafana leaves out a line that is beyond its axis: how far away a limit is could not be seen.
      .axisSoftMax(Math.max(...marks.map(({ value }) => value)) * 1.1);
  }
  return panel;
}

/** What {@link figure} shows. */
export interface FigureArgs extends PanelText {
  /** PromQL: one sample, the number that is shown. */
  readonly expr: string;
  /** Limits: it is green where it keeps them, and has their colour where it does not. @default - it is blue */
  readonly marks?: readonly Mark[];
  /** Where a click leads. @default - nowhere */
  readonly link?: PanelLink;
}

/** One number, the latest, with the time behind it. */
export function figure(args: FigureArgs): PanelBuilder {
  const panel = new stat.PanelBuilder()
    .title(args.title)
    .description(args.description)
    .unit(args.unit)
    .datasource(datasourceRef("prometheus"))
    .span(args.width ?? 6)
    .height(4)
    .thresholds(
      new dashboard.ThresholdsConfigBuilder()
        .mode(dashboard.ThresholdsMode.Absolute)
        .steps(stateSteps(args.marks ?? [])),
    )
    .graphMode(common.BigValueGraphMode.Area)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .targets([target({ expr: args.expr, legend: args.title }, 0, false)]);
  return args.link === undefined ? panel : panel.dataLinks([linkBuilder(args.link)]);
}

/** The latest answer as a table; `hidden` are labels that say nothing here. */
export function list(text: PanelText & { readonly expr: string; readonly hidden?: readonly string[] }): PanelBuilder {
  const hidden = ["Time", "__name__", ...(text.hidden ?? [])];
  return new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit(text.unit)
    .datasource(datasourceRef("prometheus"))
    .span(text.width ?? 12)
    .height(8)
    .withTransformation({
      id: "organize",
      options: { excludeByName: Object.fromEntries(hidden.map((name) => [name, true])) },
    })
    .targets([target({ expr: text.expr }, 0, true)]);
}

function linkBuilder({ title, path }: PanelLink): dashboard.DashboardLinkBuilder {
  return new dashboard.DashboardLinkBuilder(title).url(`${path}${path.includes("?") ? "&" : "?"}$__url_time_range`);
}

function target(query: PanelQuery, index: number, instant: boolean) {
  const promQuery = new prometheus.DataqueryBuilder()
    .datasource(datasourceRef("prometheus"))
    .refId(refIdOf(index))
    .expr(query.expr);
  if (query.legend !== undefined) promQuery.legendFormat(query.legend);
  return instant ? promQuery.instant().format(prometheus.PromQueryFormat.Table) : promQuery.range();
}

/** The name of a panel's query, by its place: A, B, … */
export function refIdOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}
