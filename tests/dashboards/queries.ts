/** Parses queries with the parsers of Grafana's own editors. */

import { parser as logql } from "@grafana/lezer-logql";
import type { LRParser } from "@lezer/lr";
import { parser as promql } from "@prometheus-io/lezer-promql";

// Grafana puts a duration or a chosen value here before the query leaves it.
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: "1m",
  $__interval: "1m",
  $__range: "1h",
  $__from: "0",
};

/** A query as its datasource gets it, with a value for each of Grafana's variables. */
export function withVariables(query: string): string {
  return query.replace(/\$[A-Za-z_]+/g, (variable) => VARIABLES[variable] ?? "chosen");
}

/** What is wrong with a query, with the text around it; undefined when it parses. */
export function queryProblem(datasource: string, query: string): string | undefined {
  const text = withVariables(query);
  const parser: LRParser = datasource === "loki" ? logql : promql;
  let problem: string | undefined;
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) problem ??= `${text}: at ${from}: ${JSON.stringify(text.slice(from, from + 20))}`;
    },
  });
  return problem;
}
