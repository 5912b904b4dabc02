/**
 * What the panels of rendered dashboards ask, put to Prometheus, the log store and the trace store without a Grafana:
 * each question with its variables replaced, the request that it is, and what an answer shows.
 */

import { given } from "../services/given.ts";
import type { DashboardFile } from "../signals/signals.ts";
import { DATASOURCES, type DatasourceName } from "./datasources.ts";

/** What is chosen on the dashboards, by variable: any value where a variable is not named. */
export type Chosen = Readonly<Record<string, string>>;

/** The time that is shown. */
export interface ShownTime {
  /** Its beginning, in seconds since 1970. */
  readonly start: number;
  /** Its end, the same. */
  readonly end: number;
  /** Time between two points of a graph, in seconds. */
  readonly step: number;
  /** Time between two scrapes, in seconds: a rate needs four of them. */
  readonly scrape: number;
}

/** One question of a panel. */
export interface PanelQuestion {
  /** The dashboard's uid. */
  readonly dashboard: string;
  /** The panel's title. */
  readonly panel: string;
  /** The question's name on the panel: A, B, … */
  readonly refId: string;
  /** Who is asked. */
  readonly datasource: DatasourceName;
  /** What an answer is: numbers over time, numbers now, lines of logs, or traces. */
  readonly form: "range" | "instant" | "lines" | "traces";
  /** The query as it is sent, in the datasource's language; of Jaeger the service, empty for any. */
  readonly query: string;
}

/** A choice above a dashboard: what its datasource is asked for the values. */
export interface ChoiceQuestion {
  /** The dashboard's uid. */
  readonly dashboard: string;
  /** The variable's name. */
  readonly variable: string;
  /** Who is asked. */
  readonly datasource: DatasourceName;
  /** The label or field whose values are offered. */
  readonly label: string;
  /** Series that have it, in the datasource's language. @default - any */
  readonly series?: string;
}

interface Target {
  readonly refId: string;
  readonly expr?: string;
  readonly instant?: boolean;
  readonly queryType?: string;
  readonly service?: string;
  readonly query?: string;
  readonly datasource: { readonly type: string };
}

interface Rendered {
  readonly panels: readonly { readonly type: string; readonly title: string; readonly targets?: readonly Target[] }[];
  readonly templating: {
    readonly list: readonly {
      readonly type: string;
      readonly name: string;
      readonly query: string | { readonly field: string };
      readonly datasource?: { readonly type: string };
    }[];
  };
}

/**
 * All that the panels of a dashboard ask. A variable that is not chosen stands for any value, a search for any line.
 *
 * @throws Error where a panel asks a datasource that is none of Vigie's
 */
export function questionsOf(file: DashboardFile, shown: ShownTime, chosen: Chosen = {}): readonly PanelQuestion[] {
  const { panels } = JSON.parse(file.json) as Rendered;
  return panels.flatMap(({ type, title, targets = [] }) =>
    type === "row"
      ? []
      : targets.map((target) => {
          const datasource = datasourceOf(target.datasource.type);
          const query = withValues(target.expr ?? target.query ?? target.service ?? "", shown, chosen);
          return {
            dashboard: file.uid,
            panel: title,
            refId: target.refId,
            datasource,
            query,
            form: formOf(target, type),
          };
        }),
  );
}

/** Panels that ask nothing, by their titles: rows are titles only. */
export function silentPanelsOf(file: DashboardFile): readonly string[] {
  const { panels } = JSON.parse(file.json) as Rendered;
  return panels.flatMap(({ type, title, targets = [] }) => (type === "row" || targets.length > 0 ? [] : [title]));
}

/** All that a dashboard asks for its choices. */
export function choicesOf(file: DashboardFile): readonly ChoiceQuestion[] {
  const { templating } = JSON.parse(file.json) as Rendered;
  return templating.list.flatMap(({ type, name, query, datasource }) => {
    if (type !== "query") return [];
    const asked = { dashboard: file.uid, variable: name, datasource: datasourceOf(datasource?.type ?? "prometheus") };
    if (typeof query !== "string") return [{ ...asked, label: query.field }];
    const { series, label = "" } = /^label_values\((?:(?<series>.+), )?(?<label>\w+)\)$/.exec(query)?.groups ?? {};
    return [{ ...asked, label, ...given({ series }) }];
  });
}

/** A query with a value in the place of each of Grafana's variables and of the dashboard's. */
export function withValues(query: string, { start, end, step, scrape }: ShownTime, chosen: Chosen = {}): string {
  const own: Readonly<Record<string, string>> = {
    $__rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
    $__interval: `${step}s`,
    $__range: `${Math.round(end - start)}s`,
    $__from: `${Math.round(start * 1000)}`,
    $__to: `${Math.round(end * 1000)}`,
  };
  return query
    .replace(/\$__[a-z_]+/g, (name) => own[name] ?? name)
    .replace(/\bin\(\$([A-Za-z]\w*)\)/g, (_, name: string) =>
      chosen[name] === undefined ? "in(*)" : `in(${JSON.stringify(chosen[name])})`,
    )
    .replace(/=~?"\$([A-Za-z]\w*)"/g, (_, name: string) =>
      chosen[name] === undefined ? '=~".+"' : `="${chosen[name]}"`,
    )
    .replace(/\$([A-Za-z]\w*)/g, (_, name: string) => chosen[name] ?? "");
}

function datasourceOf(type: string): DatasourceName {
  const found = (Object.keys(DATASOURCES) as DatasourceName[]).find((name) => DATASOURCES[name].type === type);
  if (found === undefined) throw new Error(`no datasource of Vigie's has the type ${type}`);
  return found;
}

function formOf({ instant, expr }: Target, panel: string): PanelQuestion["form"] {
  if (expr === undefined) return "traces";
  if (panel === "logs") return "lines";
  return instant === true ? "instant" : "range";
}
