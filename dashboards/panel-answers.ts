/** How the questions of panels are asked over HTTP, and what an answer has to show. */

import type { ChoiceQuestion, PanelQuestion, ShownTime } from "./panel-queries.ts";

/** The most lines or traces that a panel shows. */
const MOST = 1000;

/** Path and query of the request that a question is, from the URL of its datasource, which ends with a slash. */
export function requestOf({ datasource, form, query }: PanelQuestion, { start, end, step }: ShownTime): string {
  const path = (name: string, words: Readonly<Record<string, string | number>>): string =>
    `${name}?${new URLSearchParams(Object.fromEntries(Object.entries(words).map(([key, value]) => [key, String(value)])))}`;
  switch (datasource) {
    case "prometheus":
      return form === "instant"
        ? path("api/v1/query", { query, time: end })
        : path("api/v1/query_range", { query, start, end, step });
    case "loki":
      return path("loki/api/v1/query_range", { query, start, end, step, limit: MOST });
    case "victorialogs":
      return form === "lines"
        ? path("select/logsql/query", { query, start, end, limit: MOST })
        : path("select/logsql/stats_query_range", { query, start, end, step: `${step}s` });
    case "jaeger": {
      const micros = { start: Math.round(start * 1e6), end: Math.round(end * 1e6) };
      return path("api/traces", { ...(query === "" ? {} : { service: query }), ...micros, limit: 20 });
    }
    case "tempo":
      return path("api/search", { q: query, start: Math.floor(start), end: Math.ceil(end), limit: 20 });
  }
}

interface Numbers {
  readonly data?: {
    readonly resultType?: string;
    readonly result?: readonly {
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number | string, string])[];
    }[];
  };
}

/**
 * How much an answer has to show: numbers that are numbers, lines, or traces. A graph of what is no number is empty.
 *
 * @throws SyntaxError where it is no answer of that datasource
 */
export function shownBy({ datasource, form }: Pick<PanelQuestion, "datasource" | "form">, body: string): number {
  if (datasource === "jaeger") return (JSON.parse(body) as { data?: readonly unknown[] | null }).data?.length ?? 0;
  if (datasource === "tempo") return (JSON.parse(body) as { traces?: readonly unknown[] }).traces?.length ?? 0;
  // One JSON document a line.
  if (datasource === "victorialogs" && form === "lines") {
    return body.split("\n").filter((line) => line !== "" && JSON.parse(line) !== null).length;
  }
  const { data } = JSON.parse(body) as Numbers;
  const values = (data?.result ?? []).flatMap(({ value, values = [] }) => (value === undefined ? values : [value]));
  return form === "lines" ? values.length : values.filter(([, number]) => !Number.isNaN(Number(number))).length;
}

/** Path and query of the request for what a choice offers. */
export function choicesRequestOf({ datasource, label, series }: ChoiceQuestion, { start, end }: ShownTime): string {
  const time = `start=${start}&end=${end}`;
  const of = (key: string): string => (series === undefined ? "" : `&${key}=${encodeURIComponent(series)}`);
  if (datasource === "victorialogs") {
    return `select/logsql/field_values?query=${encodeURIComponent(series ?? "*")}&field=${label}&${time}`;
  }
  return datasource === "loki"
    ? `loki/api/v1/label/${label}/values?${time}${of("query")}`
    : `api/v1/label/${label}/values?${time}${of("match[]")}`;
}

/** What a choice offers, by the answer to {@link choicesRequestOf}. */
export function choicesIn(body: string): readonly string[] {
  const { data, values } = JSON.parse(body) as { data?: string[]; values?: { value: string }[] };
  return (data ?? values?.map(({ value }) => value) ?? []).filter((value) => value !== "");
}
