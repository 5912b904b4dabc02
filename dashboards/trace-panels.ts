/** Panels that only pages about traces have. */

import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as nodegraph from "@grafana/grafana-foundation-sdk/nodegraph";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as table from "@grafana/grafana-foundation-sdk/table";
import { datasourceRef } from "./datasources.ts";
import type { PanelBuilder, PanelText } from "./panels.ts";

/** What a panel of traces says of itself. */
export type TracePanelText = Omit<PanelText, "unit" | "datasource">;

/** How many measurements fell into each range of a histogram, over time; a dot is a request whose trace can be opened. */
export function rangesOverTime(text: TracePanelText & { readonly expr: string }): PanelBuilder {
  return new heatmap.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit("short")
    .datasource(datasourceRef("prometheus"))
    .span(text.width ?? 24)
    .height(8)
    .calculate(false)
    .yAxis(new heatmap.YAxisConfigBuilder().unit("s"))
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme("Blues")
        .steps(32)
        .exponent(0.5),
    )
    .targets([promQuery("A", text.expr).range().format(prometheus.PromQueryFormat.Heatmap).exemplar(true)]);
}

/** The stores of traces that a panel can ask. */
export type TraceDatasource = "jaeger" | "tempo";

/** The latest traces of a service, each a link to the whole. */
export function latestTraces(
  text: TracePanelText & { readonly service: string; readonly store: TraceDatasource },
): PanelBuilder {
  return new table.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit("short")
    .datasource(datasourceRef(text.store))
    .span(text.width ?? 24)
    .height(10)
    .targets([{ build: () => SEARCHES[text.store](text.service) }]);
}

// The SDK has no query of Jaeger's.
const SEARCHES: Readonly<Record<TraceDatasource, (service: string) => TraceSearch>> = {
  jaeger: (service) => ({ ...search("jaeger"), queryType: "search", service, limit: 20 }),
  tempo: (service) => ({
    ...{ ...search("tempo"), queryType: "traceql", query: `{resource.service.name="${service}"}` },
    ...{ limit: 20, tableType: "traces" },
  }),
};

type TraceSearch = ReturnType<typeof search> & Readonly<Record<string, unknown>>;

function search(store: TraceDatasource) {
  return { refId: "A", datasource: datasourceRef(store), _implementsDataqueryVariant: () => {} };
}

/** What {@link whoCallsWhom} asks. */
export interface WhoCallsWhom extends TracePanelText {
  /** Grafana's name of the unit of both. */
  readonly unit: string;
  /** PromQL: one sample for each program, with the labels `id` and `title`. */
  readonly programs: string;
  /** PromQL: one sample for each call, with the labels `id`, `source` and `target`, which are ids of programs. */
  readonly calls: string;
}

/** Programs as circles, and calls as arrows between them. */
export function whoCallsWhom(args: WhoCallsWhom): PanelBuilder {
  return new nodegraph.PanelBuilder()
    .title(args.title)
    .description(args.description)
    .unit(args.unit)
    .datasource(datasourceRef("prometheus"))
    .span(args.width ?? 24)
    .height(14)
    .nodes(new nodegraph.NodeOptionsBuilder().mainStatUnit(args.unit))
    .edges(new nodegraph.EdgeOptionsBuilder().mainStatUnit(args.unit))
    .withTransformation({
      id: "organize",
      options: { renameByName: { "Value #nodes": "mainstat", "Value #edges": "mainstat" } },
    })
    .targets([instant("nodes", args.programs), instant("edges", args.calls)]);
}

/** One number of {@link numbersBy}. */
export interface NumberColumn {
  /** Its heading. */
  readonly title: string;
  /** Grafana's name of the unit: `reqps`, `s`, `percentunit`. */
  readonly unit: string;
  /** PromQL: one sample for each row, with the labels of the rows and no others. */
  readonly expr: string;
  /** Words and colours in the place of its numbers. @default [] */
  readonly words?: readonly { readonly value: number; readonly text: string; readonly color: string }[];
}

/** What {@link numbersBy} shows. */
export interface NumbersBy extends TracePanelText {
  /** The numbers of each row, from the left, behind its names. */
  readonly columns: readonly NumberColumn[];
  /** Labels that the rows are named by, with their headings. */
  readonly rows: Readonly<Record<string, string>>;
  /** Where a click on a label's cell leads; `$\{__value.raw}` is what stands there. @default - nowhere */
  readonly links?: Readonly<Record<string, { readonly title: string; readonly url: string }>>;
}

/** A row for each set of labels, and several numbers of each. */
export function numbersBy(args: NumbersBy): PanelBuilder {
  const letters = args.columns.map((_, index) => String.fromCharCode("A".charCodeAt(0) + index));
  const column = (letter: string): string => (letters.length === 1 ? "Value" : `Value #${letter}`);
  const names = Object.fromEntries(letters.map((letter, index) => [column(letter), args.columns[index]?.title ?? ""]));
  const panel = new table.PanelBuilder()
    .title(args.title)
    .description(args.description)
    .unit("short")
    .datasource(datasourceRef("prometheus"))
    .span(args.width ?? 24)
    .height(10)
    .transformations([
      { id: "merge", options: {} },
      { id: "organize", options: { excludeByName: { Time: true }, renameByName: { ...args.rows, ...names } } },
    ])
    .targets(args.columns.map(({ expr }, index) => instant(letters[index] ?? "A", expr)));
  for (const { title, unit, words = [] } of args.columns) {
    const options = Object.fromEntries(words.map(({ value, text, color }) => [value, { text, color }]));
    panel.overrideByName(title, [
      { id: "unit", value: unit },
      ...(words.length === 0 ? [] : [{ id: "mappings", value: [{ type: "value", options }] }]),
    ]);
  }
  for (const [label, link] of Object.entries(args.links ?? {})) {
    panel.overrideByName(args.rows[label] ?? label, [{ id: "links", value: [link] }]);
  }
  return panel;
}

function instant(refId: string, expr: string): prometheus.DataqueryBuilder {
  return promQuery(refId, expr).instant().format(prometheus.PromQueryFormat.Table);
}

function promQuery(refId: string, expr: string): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder().datasource(datasourceRef("prometheus")).refId(refId).expr(expr);
}
