/** Parses queries with the parsers of Grafana's own editors; LogsQL has none there, but answers of the real program. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { parser as logql } from "@grafana/lezer-logql";
import type { LRParser } from "@lezer/lr";
import { parser as promql } from "@prometheus-io/lezer-promql";
import { DATASOURCES } from "../../dashboards/datasources.ts";

/** What a real VictoriaLogs said of each query of the house, and of some that are wrong. */
export interface LogsQlAnswers {
  /** Its version. */
  readonly version: string;
  /** The queries, as the store gets them, each with `ok` or the words of the refusal. */
  readonly answers: Readonly<Record<string, string>>;
  /** What it found of the questions of `logsql-questions.ts`: lines without their times, or totals by label. */
  readonly found: Readonly<
    Record<string, { readonly query: string; readonly shown: number; readonly answer: unknown }>
  >;
}

/** What was recorded by `tests/dashboards/record-logsql.ts`. */
export const LOGSQL: LogsQlAnswers = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "recorded", "logsql.json"), "utf8"),
);

// Grafana puts a duration or a chosen value here before the query leaves it.
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: "1m",
  $__interval: "1m",
  $__range: "1h",
  $__from: "0",
};

/** A query as its datasource gets it, with a value for each of Grafana's variables. */
export function withVariables(query: string): string {
  // The plugin of VictoriaLogs writes a list of quoted values there.
  return query
    .replace(/\bin\(\$[A-Za-z_]+\)/g, 'in("chosen")')
    .replace(/\$[A-Za-z_]+/g, (variable) => VARIABLES[variable] ?? "chosen");
}

/** What is wrong with a query, with the text around it; undefined when it is understood. */
export function queryProblem(datasource: string, query: string): string | undefined {
  const text = withVariables(query);
  if (datasource === DATASOURCES.victorialogs.type) return logsQlProblem(text);
  const parser: LRParser = datasource === "loki" ? logql : promql;
  let problem: string | undefined;
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) problem ??= `${text}: at ${from}: ${JSON.stringify(text.slice(from, from + 20))}`;
    },
  });
  return problem;
}

function logsQlProblem(text: string): string | undefined {
  const answer = LOGSQL.answers[text];
  if (answer === "ok") return undefined;
  return `${text}: ${answer ?? "no VictoriaLogs was asked yet: tests/dashboards/record-logsql.ts does it"}`;
}
