import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { DashboardFile } from "../signals/signals.ts";
import { deployments, maintenance } from "./annotations.ts";
import {
  DATASOURCE_TITLES,
  DATASOURCES,
  type DatasourceName,
  datasourceRef,
  datasourceVariable,
} from "./datasources.ts";
import type { PanelBuilder } from "./panels.ts";

/** Some panels under one title. */
export interface Row {
  /** The title. */
  readonly row: string;
  /** Its panels, from the left; they go on in the next line where a line is full. */
  readonly panels: readonly PanelBuilder[];
}

/** Another page, to which the time and, where it has them, the values chosen are taken along. */
export interface PageLink {
  /** What is shown. */
  readonly title: string;
  /** Path in Grafana: `/d/logs?var-service=catalog`. */
  readonly path: string;
}

/** A choice above a dashboard, from the values of a label. */
export function choice(args: {
  readonly name: string;
  readonly label: string;
  /** What the datasource is asked for the values: text, or what its plugin takes. */
  readonly query: string | Readonly<Record<string, string>>;
  readonly datasource?: DatasourceName;
  /** Offer all values at once: as a pattern that fits any, or `listed` as the list of them. @default false */
  readonly all?: boolean | "listed";
}): dashboard.QueryVariableBuilder {
  const variable = new dashboard.QueryVariableBuilder(args.name)
    .label(args.label)
    .query(args.query)
    .datasource(datasourceRef(args.datasource ?? "prometheus"))
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
  if (args.all === undefined || args.all === false) return variable;
  variable.multi(true).includeAll(true);
  if (args.all === true) variable.allValue(".+");
  return variable.current({ text: "All", value: "$__all" });
}

/** A dashboard as a file: classic JSON, which file provisioning of every Grafana from 10 on takes. */
export function dashboardFile(args: {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables?: Parameters<dashboard.DashboardBuilder["variables"]>[0];
  readonly panels: readonly (PanelBuilder | Row)[];
  /** Pages that one looks at next. @default [] */
  readonly links?: readonly PageLink[];
  /** PromQL selector of the services whose deployments and maintenance are shown. @default - all */
  readonly deploymentsOf?: string;
  /** Other marks on every graph. @default [] */
  readonly marks?: readonly dashboard.AnnotationQueryBuilder[];
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
    .annotation(deployments(args.deploymentsOf))
    .annotation(maintenance(args.deploymentsOf))
    .link(
      new dashboard.DashboardLinkBuilder("Vigie")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(["vigie"])
        .asDropdown(true)
        .keepTime(true),
    );
  for (const mark of args.marks ?? []) builder.annotation(mark);
  for (const { title, path } of args.links ?? []) {
    builder.link(
      new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).url(path).keepTime(true),
    );
  }
  for (const entry of args.panels) {
    if (!("row" in entry)) {
      builder.withPanel(entry);
      continue;
    }
    builder.withRow(new dashboard.RowBuilder(entry.row));
    for (const panel of entry.panels) builder.withPanel(panel);
  }
  const used = JSON.stringify([builder.build(), (args.variables ?? []).map((variable) => variable.build())]);
  const names = (Object.keys(DATASOURCES) as DatasourceName[]).filter((name) => used.includes(datasourceRef(name).uid));
  builder.variables([...names.map(datasourceChoice), ...(args.variables ?? [])]);
  const built = builder.build();
  // Grafana gives a panel without one a number of its own, and a link to a panel would name another one next time.
  const panels = (built.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }));
  const json = `${JSON.stringify({ ...built, panels }, null, 2)}\n`;
  return { uid: args.uid, title: args.title, folder: "Vigie", json };
}

function datasourceChoice(name: DatasourceName): dashboard.DatasourceVariableBuilder {
  const { type, uid } = DATASOURCES[name];
  const words = DATASOURCE_TITLES[name];
  return new dashboard.DatasourceVariableBuilder(datasourceVariable(name))
    .label(`${words} data source`)
    .type(type)
    .current({ text: words, value: uid });
}
