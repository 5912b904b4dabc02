/**
 * Asks a VictoriaLogs that has no lines yet whether it understands every query of the house, pushes some lines, asks
 * questions about them, and writes its answers beside this file:
 *
 *     node tests/dashboards/record-logsql.ts http://127.0.0.1:9428 v1.52.1
 */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LINES_OF_A_TRACE } from "../../config/grafana-datasources.ts";
import { DATASOURCES } from "../../dashboards/datasources.ts";
import { isCounts, logsQl } from "../../dashboards/log-query.ts";
import { requestOf, shownBy } from "../../dashboards/panel-answers.ts";
import { withValues } from "../../dashboards/panel-queries.ts";
import { CHOSEN, LINES, QUESTIONS } from "./logsql-questions.ts";
import { withVariables } from "./queries.ts";
import { panelsOf, parseDashboard, stackDashboards } from "./stack.ts";

const [url = "http://127.0.0.1:9428", version = "unknown"] = process.argv.slice(2);

/** What no VictoriaLogs takes: that these are refused shows that the others were read. */
const WRONG = ['{service_name="chosen"', '{service_name="chosen"} | stats by (level', "{service_name in(chosen}"];

const NOBODY = { dashboard: "", panel: "", refId: "A" };

const { type } = DATASOURCES.victorialogs;
const ofPanels = stackDashboards(undefined, "victorialogs")
  .map(parseDashboard)
  .flatMap(panelsOf)
  .flatMap(({ datasource, targets }) => (datasource.type === type ? targets.map(({ expr }) => expr) : []));
const queries = [...ofPanels, logsQl(LINES_OF_A_TRACE), ...WRONG].map(withVariables);

const answers: Record<string, string> = {};
for (const query of [...new Set(queries)].sort()) {
  const name = query.includes("| stats") ? "stats_query_range" : "query";
  const parameters = new URLSearchParams({ query, start: "15m", step: "1m", limit: "1" });
  const response = await fetch(`${url}/select/logsql/${name}?${parameters}`);
  const body = await response.text();
  answers[query] = response.ok ? "ok" : `${response.status} ${body.trim()}`;
}

const now = Date.now();
const pushed = LINES.map(({ service, text, fields = {}, minutesAgo }) => ({
  stream: { service_name: service, container_name: `vigie-dev-${service}-1` },
  values: [[`${now - minutesAgo * 60_000}000000`, text, fields]],
}));
const push = await fetch(`${url}/insert/loki/api/v1/push?disable_message_parsing=1`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ streams: pushed }),
});
if (!push.ok) throw new Error(`the lines are not taken: ${push.status} ${await push.text()}`);
// Lines are found after a second.
await sleep(3000);

const shown = { start: now / 1000 - 900, end: now / 1000 + 60, step: 60, scrape: 15 };
const found: Record<string, unknown> = {};
for (const [name, asked] of Object.entries(QUESTIONS)) {
  const query = withValues(logsQl(asked), shown, CHOSEN);
  const question = { datasource: "victorialogs", form: isCounts(asked) ? "range" : "lines", query } as const;
  const body = await (await fetch(`${url}/${requestOf({ ...question, ...NOBODY }, shown)}`)).text();
  found[name] = { query, shown: shownBy(question, body), answer: isCounts(asked) ? totalsIn(body) : linesIn(body) };
}
writeFileSync(
  path.join(import.meta.dirname, "recorded", "logsql.json"),
  `${JSON.stringify({ version, answers, found }, null, 2)}\n`,
);

/** The fields of each line but for those that depend on when and where it was written, the newest first. */
function linesIn(body: string): readonly object[] {
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string>)
    .sort((a, b) => ((a._time ?? "") < (b._time ?? "") ? 1 : -1))
    .map(({ _time, _stream, _stream_id, container_name, ...rest }) => rest);
}

/** The sum of each series by its labels, and in how many intervals it is 0. */
function totalsIn(body: string): Readonly<Record<string, { total: number; zeroes: number }>> {
  const { data } = JSON.parse(body) as {
    data: { result: { metric: Record<string, string>; values: [number, string][] }[] };
  };
  return Object.fromEntries(
    data.result.map(({ metric: { __name__, ...labels }, values }) => {
      const numbers = values.map(([, value]) => Number(value));
      const total = numbers.reduce((a, b) => a + b, 0);
      return [Object.values(labels).join(",") || __name__, { total, zeroes: numbers.filter((n) => n === 0).length }];
    }),
  );
}
