/** What the panels of rendered dashboards show, asked of the stores themselves: for a stack without Grafana. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { quote } from "../../config/landing.ts";
import { choicesIn, choicesRequestOf, requestOf, shownBy } from "../../dashboards/panel-answers.ts";
import {
  type Chosen,
  choicesOf,
  type PanelQuestion,
  questionsOf,
  type ShownTime,
  silentPanelsOf,
  withValues,
} from "../../dashboards/panel-queries.ts";
import type { ProofUrls } from "../../signals/proof.ts";
import type { DashboardFile } from "../../signals/signals.ts";
import type { Marked } from "./grafana.ts";
import { underTest } from "./under-test.ts";

/** What is asked: `proof.urls` has it. */
export type Stores = Pick<ProofUrls, "prometheus" | "loki" | "victorialogs" | "jaeger" | "tempo">;

/**
 * The dashboards of a directory, as `renderDashboards` names the files: `<folder>/<uid>.json`.
 *
 * @throws Error when it is not there
 */
export function readDashboards(directory: string): readonly DashboardFile[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const json = readFileSync(path.join(directory, file), "utf8");
      const { uid, title } = JSON.parse(json) as { uid: string; title: string };
      return { uid, title, folder: path.dirname(file), json };
    });
}

/**
 * The same of the machine of the deployment under test, wherever that is.
 *
 * @throws Error when it is not there
 */
export async function dashboardsThere(directory: string): Promise<readonly DashboardFile[]> {
  const list = await underTest().on(
    `cd ${quote(directory)} && find . -name '*.json' | sort | while read -r file; do echo "$file"; base64 -w0 "$file"; echo; done`,
  );
  const lines = list.trim().split("\n");
  return lines.flatMap((file, index) => {
    if (index % 2 === 1) return [];
    const json = Buffer.from(lines[index + 1] ?? "", "base64").toString("utf8");
    const { uid, title } = JSON.parse(json) as { uid: string; title: string };
    return [{ uid, title, folder: path.dirname(path.normalize(file)), json }];
  });
}

/** Where the stores of the deployment under test are asked from here. */
export function storesThere(urls: ProofUrls): Stores {
  const reached = Object.entries(urls).map(([name, url]) => [name, underTest().page(Number(new URL(url).port))]);
  return Object.fromEntries(reached) as Stores;
}

/**
 * Questions without data in the last quarter of an hour, each as `<uid>: <panel> <refId>: <why>`; `[]` when all have
 * some.
 */
export async function emptyPanels(
  dashboards: readonly DashboardFile[],
  stores: Stores,
  chosen: Chosen = {},
): Promise<string[]> {
  const shown = lastMinutes(15);
  const problems: string[] = [];
  for (const file of dashboards) {
    problems.push(...silentPanelsOf(file).map((title) => `${file.uid}: ${title}: it asks nothing`));
    for (const question of questionsOf(file, shown, chosen)) {
      const problem = await problemOf(question, shown, stores);
      if (problem !== undefined) {
        problems.push(`${question.dashboard}: ${question.panel} ${question.refId}: ${problem}`);
      }
    }
  }
  return problems;
}

/** Variables of the dashboards that offer nothing to choose, each as `<uid>: <variable>`. */
export async function emptyVariables(dashboards: readonly DashboardFile[], stores: Stores): Promise<string[]> {
  const shown = lastMinutes(60);
  const problems: string[] = [];
  for (const choice of dashboards.flatMap(choicesOf)) {
    const { status, body } = await get(stores, choice.datasource, choicesRequestOf(choice, shown));
    if (status !== 200 || choicesIn(body).length === 0) problems.push(`${choice.dashboard}: ${choice.variable}`);
  }
  return problems;
}

/** The deployments that the first page marks since a moment, as Grafana's page makes them of what Prometheus says. */
export async function deploymentsSince(
  dashboards: readonly DashboardFile[],
  stores: Stores,
  since: Date,
): Promise<Marked[]> {
  const home = dashboards.find(({ uid }) => uid === "stack-home");
  const { annotations } = JSON.parse(home?.json ?? '{"annotations":{"list":[]}}') as {
    annotations: { list: readonly { name: string; expr?: string }[] };
  };
  const { expr = "" } = annotations.list.find(({ name }) => name === "Deployments") ?? {};
  const shown = { ...lastMinutes(15), start: since.getTime() / 1000, step: 5 };
  const request = `api/v1/query_range?${new URLSearchParams({
    query: withValues(expr, shown),
    start: String(shown.start),
    end: String(shown.end),
    step: "5",
  })}`;
  const { body } = await get(stores, "prometheus", request);
  const { data } = JSON.parse(body) as {
    data?: { result: { metric: Record<string, string>; values: [number, string][] }[] };
  };
  return (data?.result ?? []).flatMap(({ metric: { service = "", version = "" }, values }) => {
    // `useValueForTime`: the value is when it was; one that is within a step of the one before is the same.
    const times = values.map(([, value]) => Number(value));
    return times
      .filter((time, index) => index === 0 || time > (times[index - 1] ?? 0) + 60_000)
      .map((time) => ({ service, version, time }));
  });
}

function lastMinutes(minutes: number): ShownTime {
  const end = Date.now() / 1000;
  return { start: end - minutes * 60, end, step: 15, scrape: 15 };
}

async function problemOf(question: PanelQuestion, shown: ShownTime, stores: Stores): Promise<string | undefined> {
  let asked = question;
  // Jaeger searches the traces of a service: any will do where none is chosen.
  if (question.datasource === "jaeger" && question.query === "") {
    const { data } = JSON.parse((await get(stores, "jaeger", "api/services")).body) as { data: string[] | null };
    asked = { ...question, query: data?.[0] ?? "" };
  }
  const { status, body } = await get(stores, asked.datasource, requestOf(asked, shown));
  if (status !== 200) return `${status} ${body.replace(/\s+/g, " ").slice(0, 200)}`;
  return shownBy(asked, body) > 0 ? undefined : `no data for ${asked.query}`;
}

async function get(stores: Stores, datasource: keyof Stores, request: string) {
  const url = stores[datasource];
  if (url === undefined) return { status: 0, body: `there is no ${datasource} to ask` };
  const response = await fetch(`${url}${request}`);
  return { status: response.status, body: await response.text() };
}
