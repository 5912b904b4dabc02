import { describe, expect, it } from "vitest";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import { DATASOURCES } from "../../dashboards/datasources.ts";
import { standardDashboards } from "../../dashboards/index.ts";
import { sloDashboard } from "../../dashboards/slo.ts";
import { queryProblem } from "./queries.ts";

interface Panel {
  readonly id?: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string; readonly type: string };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly options: { readonly legend?: { readonly showLegend: boolean } };
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly datasource: { uid: string } }[];
}

const all = () => [...standardDashboards(), sloDashboard()];
const dashboards = all();
const parsed = dashboards.map((dashboard) => JSON.parse(dashboard.json));
const panels: [string, Panel][] = parsed.flatMap(({ uid, panels }) =>
  panels.map((panel: Panel): [string, Panel] => [`${uid}: ${panel.title}`, panel]),
);

describe("standardDashboards", () => {
  it("have the uids that links and bookmarks name", () => {
    expect(dashboards.map(({ uid, folder }) => `${folder}/${uid}`)).toEqual([
      "Vigie/stack-home",
      "Vigie/http-service",
      "Vigie/host",
      "Vigie/containers",
      "Vigie/logs",
      "Vigie/slo",
    ]);
  });

  it("are files that Grafana's provisioning takes", () => {
    expect(renderDashboards(dashboards).map(({ path }) => path)).toEqual([
      "Vigie/stack-home.json",
      "Vigie/http-service.json",
      "Vigie/host.json",
      "Vigie/containers.json",
      "Vigie/logs.json",
      "Vigie/slo.json",
    ]);
  });

  it("render the same text each time", () => {
    expect(all()).toEqual(dashboards);
  });

  it.each(parsed.map((dashboard) => [dashboard.uid, dashboard]))(
    "%s is classic JSON, and read-only",
    (_, dashboard) => {
      expect(dashboard).toMatchObject({ editable: false, tags: ["vigie"], refresh: "10s" });
      expect(dashboard.schemaVersion).toBeGreaterThan(35);
      expect(dashboard).not.toHaveProperty("spec");
      expect(dashboard.description).toMatch(/\.$/);
    },
  );

  it.each(panels)("%s says what it shows, in which unit, and from where", (_, panel) => {
    expect(panel.title).toMatch(/^[A-Z]/);
    expect(panel.description).toMatch(/^[A-Z0-9].*\.$/);
    expect(panel.fieldConfig.defaults.unit).toMatch(/^[A-Za-z]+$/);
    expect(Object.values(DATASOURCES)).toContainEqual(panel.datasource);
    expect(panel.targets.map(({ datasource }) => datasource.uid)).toEqual(
      panel.targets.map(() => panel.datasource.uid),
    );
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length);
  });

  it.each(panels.filter(([, { type }]) => type === "timeseries"))("%s shows its legend", (_, panel) => {
    expect(panel.options.legend?.showLegend).toBe(true);
  });

  it.each(panels)("%s asks what its datasource understands", (_, panel) => {
    for (const { expr } of panel.targets) expect(queryProblem(panel.datasource.uid, expr)).toBeUndefined();
  });

  it.each(parsed.map((dashboard) => [dashboard.uid, dashboard]))(
    "%s has no two panels in one place",
    (_, { panels }) => {
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }: Panel) => {
        expect(x + w).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
      });
      expect(new Set(cells).size).toBe(cells.length);
    },
  );

  it("use every choice that they offer, and offer every one that they use", () => {
    for (const { uid, templating, panels } of parsed) {
      const offered = (templating?.list ?? []).map(({ name }: { name: string }) => name);
      const text = panels.flatMap(({ targets }: Panel) => targets.map(({ expr }) => expr)).join(" ");
      const used = [...text.matchAll(/\$([a-z]\w*)/g)].map(([, name]) => name);
      expect([uid, [...new Set(used)].sort()]).toEqual([uid, offered.sort()]);
    }
  });
});

describe("queryProblem", () => {
  it.each([
    ["prometheus", "sum by (job (up)"],
    ["prometheus", "rate(x[$__rate_interval)"],
    ["loki", '{service_name="x"'],
    ["loki", '{service_name="x"} | level='],
  ])("finds what %s would refuse in %s", (datasource, query) => {
    expect(queryProblem(datasource, query)).toMatch(/at \d+/);
  });
});
