/** What the Prometheus of the deployment under test answers. */

import { underTest } from "./under-test.ts";

const api = () => `${underTest().page(9090)}api/v1`;

async function ask<T>(path: string): Promise<T> {
  const { data } = (await (await fetch(`${api()}/${path}`)).json()) as { data: T };
  return data;
}

/** Targets: job to the states of its instances. */
export async function targets(): Promise<Record<string, string[]>> {
  const { activeTargets } = await ask<{ activeTargets: { labels: { job: string }; health: string }[] }>(
    "targets?state=active",
  );
  const jobs: Record<string, string[]> = {};
  for (const { labels, health } of activeTargets) jobs[labels.job] = [...(jobs[labels.job] ?? []), health];
  return jobs;
}

/** A flag that it was started with. */
export async function flag(name: string): Promise<string | undefined> {
  return (await ask<Record<string, string>>("status/flags"))[name];
}

/** Value of an instant query, or undefined where there is none. */
export async function query(expression: string): Promise<number | undefined> {
  const { result } = await ask<{ result: { value: [number, string] }[] }>(
    `query?query=${encodeURIComponent(expression)}`,
  );
  const value = result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

/** Labels of every series of the last five minutes that a selector finds. */
export async function series(selector: string): Promise<Record<string, string>[]> {
  const start = Math.floor(Date.now() / 1000) - 300;
  return ask<Record<string, string>[]>(`series?match[]=${encodeURIComponent(selector)}&start=${start}`);
}

/** The exemplars of the last five minutes that a selector finds. */
export async function exemplars(selector: string): Promise<{ job: string; traceId: string }[]> {
  const end = Date.now() / 1000;
  const found = await ask<{ seriesLabels: { job: string }; exemplars: { labels: Record<string, string> }[] }[]>(
    `query_exemplars?query=${encodeURIComponent(selector)}&start=${end - 300}&end=${end}`,
  );
  return found.flatMap(({ seriesLabels: { job }, exemplars: points }) =>
    points.map(({ labels }) => ({ job, traceId: labels.trace_id ?? "" })),
  );
}

/** Summaries of the alerting rules of a name. */
export async function summariesOf(alert: string): Promise<string[]> {
  const { groups } = await ask<{ groups: Group[] }>("rules?type=alert");
  return groups
    .flatMap(({ rules }) => rules)
    .filter(({ name }) => name === alert)
    .map(({ annotations }) => annotations?.summary ?? "");
}

interface Group {
  readonly name: string;
  readonly lastEvaluation: string;
  readonly rules: readonly {
    readonly name: string;
    readonly lastError?: string;
    readonly annotations?: { readonly summary: string };
  }[];
}

/** Names of the groups of rules that were evaluated, and what went wrong with any rule. */
export async function ruleGroups(): Promise<{ names: string[]; problems: string[] }> {
  const { groups } = await ask<{ groups: Group[] }>("rules");
  const evaluated = groups.filter(({ lastEvaluation }) => !lastEvaluation.startsWith("0001"));
  const rules = groups.flatMap((group) => group.rules);
  return {
    names: evaluated.map(({ name }) => name).sort(),
    problems: rules.filter(({ lastError }) => lastError).map(({ name, lastError }) => `${name}: ${lastError}`),
  };
}

/** The alerts that fire, each as `Alert of service (severity)`. */
export async function firing(): Promise<string[]> {
  const { alerts } = await ask<{ alerts: { state: string; labels: Record<string, string> }[] }>("alerts");
  return alerts
    .filter(({ state }) => state === "firing")
    .map(({ labels }) => `${labels.alertname} of ${labels.service} (${labels.severity})`);
}
