/** Panels that ask the log store, whichever it is. */

import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as logs from "@grafana/grafana-foundation-sdk/logs";
import * as loki from "@grafana/grafana-foundation-sdk/loki";
import { given } from "../services/given.ts";
import type { LogStoreKind } from "../signals/log-stores.ts";
import { choice } from "./dashboard-file.ts";
import { datasourceRef } from "./datasources.ts";
import { isCounts, type LogCounts, type LogLines, type LogQuery, logQl, logsQl } from "./log-query.ts";
import { type LinesArgs, lines, type PanelBuilder, type PanelText, refIdOf } from "./panels.ts";

/** What {@link logCounts} draws. */
export interface LogCountsArgs extends Omit<LinesArgs, "queries" | "datasource" | "unit"> {
  /** The store that is asked. */
  readonly store: LogStoreKind;
  /** What is counted, each with the name of its lines: text with `{{label}}`. */
  readonly counts: readonly (LogCounts & { readonly legend: string })[];
}

/** How many lines of logs there were, over time. */
export function logCounts({ store, counts, ...args }: LogCountsArgs): PanelBuilder {
  return lines({ ...args, unit: "short", queries: [] })
    .datasource(datasourceRef(store))
    .targets(counts.map(({ legend, ...query }, index) => target(store, query, index, legend)));
}

/** What {@link logLines} shows. */
export interface LogLinesArgs extends Omit<PanelText, "unit" | "datasource"> {
  /** The store that is asked. */
  readonly store: LogStoreKind;
  /** Which lines. */
  readonly shown: LogLines;
}

/** Lines of logs, the newest first. */
export function logLines({ store, shown, ...text }: LogLinesArgs): PanelBuilder {
  return new logs.PanelBuilder()
    .title(text.title)
    .description(text.description)
    .unit("none")
    .datasource(datasourceRef(store))
    .span(text.width ?? 24)
    .height(14)
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .targets([target(store, shown, 0)]);
}

/** A choice above a dashboard among the services that wrote lines, or all of them. */
export function serviceChoice(
  store: LogStoreKind,
  args: { name: string; label: string },
): dashboard.QueryVariableBuilder {
  if (store === "loki") {
    return choice({ ...args, query: "label_values(service_name)", datasource: "loki", all: true });
  }
  // Without a value for all, the plugin writes an asterisk, and whoever else uses the variable gets the list.
  const query = { refId: "VictoriaLogsVariableQueryEditor-VariableQuery", type: "fieldValue", field: "service_name" };
  return choice({ ...args, query, datasource: "victorialogs", all: "listed" });
}

function target(store: LogStoreKind, query: LogQuery, index: number, legend?: string) {
  const refId = refIdOf(index);
  if (store === "loki") {
    const asked = new loki.DataqueryBuilder()
      .datasource(datasourceRef("loki"))
      .refId(refId)
      .expr(logQl(query))
      .queryType("range");
    return legend === undefined ? asked : asked.legendFormat(legend);
  }
  // The SDK has no query of this plugin's.
  const asked = {
    refId,
    datasource: datasourceRef("victorialogs"),
    editorMode: "code",
    expr: logsQl(query),
    queryType: isCounts(query) ? "statsRange" : "instant",
    ...given({ legendFormat: legend }),
    _implementsDataqueryVariant: () => {},
  };
  return { build: () => asked };
}
