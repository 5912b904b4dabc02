import { type Files, filesOf } from "../files.ts";
import type { Finding, Section } from "../section.ts";

/** What people look at. */
export const dashboards: Section = {
  name: "dashboards",
  title: "Dashboards",
  nothing: "Every dashboard stays as it is.",
  find: (plan) => {
    const files = filesOf(plan);
    const [old, now] = [dashboardsIn(files.old), dashboardsIn(files.new)];
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((path): Finding[] => {
      const [before, after] = [old.get(path), now.get(path)];
      if (before === undefined) return [{ change: "added", subject: after?.title ?? path, text: counted(after) }];
      if (after === undefined)
        return [{ change: "removed", subject: before.title, text: counted(before), weight: "look" }];
      return before.text === after.text
        ? []
        : [{ change: "changed", subject: after.title, text: differenceOf(before, after) }];
    });
  },
};

const counted = (dashboard: Dashboard | undefined): string => {
  const count = dashboard?.panels.size ?? 0;
  return `${count} ${count === 1 ? "panel" : "panels"}`;
};

/** A dashboard, as its file has it. */
interface Dashboard {
  readonly title: string;
  /** What is on it, by title. */
  readonly panels: ReadonlyMap<string, string>;
  readonly text: string;
}

function dashboardsIn(files: Files): ReadonlyMap<string, Dashboard> {
  return new Map(
    Object.entries(files)
      .filter(([path]) => /^dashboards\/.*\.json$/.test(path))
      .map(([path, text]) => {
        const { title = path, panels = [] } = JSON.parse(text) as { title?: string; panels?: readonly Panel[] };
        return [path, { title, panels: panelsOf(panels), text }];
      }),
  );
}

interface Panel {
  readonly title?: string;
  readonly type?: string;
  readonly id?: unknown;
  readonly gridPos?: unknown;
  readonly panels?: readonly Panel[];
}

function panelsOf(panels: readonly Panel[]): ReadonlyMap<string, string> {
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  // Where it stands moves with each panel before it.
  return new Map(
    all
      .filter(({ type }) => type !== "row")
      .map(({ id: _, gridPos: __, ...panel }) => [panel.title ?? "without a title", JSON.stringify(panel)]),
  );
}

function differenceOf({ panels: old }: Dashboard, { panels: now }: Dashboard): string {
  const added = [...now.keys()].filter((title) => !old.has(title));
  const removed = [...old.keys()].filter((title) => !now.has(title));
  const changed = [...now.keys()].filter((title) => old.has(title) && old.get(title) !== now.get(title));
  const words = [
    ["has", added],
    ["has no more", removed],
    ["shows otherwise", changed],
  ] as const;
  const said = words.filter(([, titles]) => titles.length > 0).map(([word, titles]) => `${word} ${listed(titles)}`);
  return said.length === 0 ? "its settings differ" : said.join("; ");
}

function listed(titles: readonly string[]): string {
  const named = titles.slice(0, 4).map((title) => `"${title}"`);
  return titles.length > named.length
    ? `${named.join(", ")} and ${titles.length - named.length} more`
    : named.join(", ");
}
