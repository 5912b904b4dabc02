import { DATASOURCES } from "../dashboards/datasources.ts";
import { type Problem, refuseIf } from "../services/problems.ts";
import type { DashboardFile } from "../signals/signals.ts";
import type { ConfigFile } from "./config-file.ts";

/**
 * Renders dashboards as files, `<folder>/<uid>.json` each. Grafana takes a changed one within five seconds.
 *
 * @throws DeclarationError with every problem: two of one uid, text that is no dashboard, an unknown datasource.
 */
export function renderDashboards(dashboards: readonly DashboardFile[]): readonly ConfigFile[] {
  refuseIf(
    "the dashboards",
    dashboards.flatMap((dashboard, index) => problemsOf(dashboard, dashboards.slice(0, index))),
  );
  return dashboards.map(({ uid, folder, json }) => ({
    path: folder === undefined ? `${uid}.json` : `${folder}/${uid}.json`,
    content: json.endsWith("\n") ? json : `${json}\n`,
  }));
}

function problemsOf(dashboard: DashboardFile, earlier: readonly DashboardFile[]): Problem[] {
  const { uid, title, folder, json } = dashboard;
  const problems: Problem[] = [];
  const check = (fine: boolean, property: string, given: unknown, allowed: string): void => {
    if (!fine) problems.push({ property, given, allowed });
  };
  check(/^[a-zA-Z0-9_-]{1,40}$/.test(uid), "dashboards", uid, "a uid of 1 to 40 letters, digits, - and _");
  check(!earlier.some((other) => other.uid === uid), "dashboards", uid, "each uid once");
  check(
    !earlier.some((other) => other.title === title && other.folder === folder),
    `dashboards.${uid}.title`,
    title,
    "each title once in a folder",
  );
  check(
    folder === undefined || /^[A-Za-z0-9_-]+$/.test(folder),
    `dashboards.${uid}.folder`,
    folder,
    "letters, digits, - and _",
  );
  const parsed = parseObject(json);
  if (parsed === undefined) {
    return [...problems, { property: `dashboards.${uid}.json`, given: json.slice(0, 40), allowed: "a JSON object" }];
  }
  check(parsed.uid === uid, `dashboards.${uid}.json`, parsed.uid, "the same uid in the file");
  check(parsed.title === title, `dashboards.${uid}.json`, parsed.title, "the same title in the file");
  const known: readonly string[] = Object.values(DATASOURCES).map((datasource) => datasource.uid);
  const chosen = datasourceVariablesOf(parsed);
  for (const datasource of new Set(datasourcesOf(parsed))) {
    const allowed = `a datasource of ${known.join(", ")}, or a variable of the dashboard that chooses one`;
    check([...known, ...chosen].includes(datasource), `dashboards.${uid}.json`, datasource, allowed);
  }
  return problems;
}

/** The uids in all `datasource: { uid }`, wherever they are. Grafana's own, which has no file, is left out. */
function datasourcesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(datasourcesOf);
  const { datasource } = value as { datasource?: { uid?: unknown } | null };
  const uid = datasource?.uid;
  return typeof uid === "string" && uid !== "-- Grafana --" ? [uid, ...inside] : inside;
}

/** How the dashboard's variables of type `datasource` are written where one is used. */
function datasourceVariablesOf({ templating }: Record<string, unknown>): string[] {
  const { list } = (templating ?? {}) as { list?: unknown };
  if (!Array.isArray(list)) return [];
  return list.filter(({ type }) => type === "datasource").map(({ name }) => `\${${name}}`);
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
