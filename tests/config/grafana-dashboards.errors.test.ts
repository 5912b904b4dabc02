import { describe, expect, it } from "vitest";
import { renderDashboards } from "../../config/grafana-dashboards.ts";
import type { DashboardFile } from "../../signals/signals.ts";

const dashboard = (change: Partial<DashboardFile> = {}, content: object = {}): DashboardFile => {
  const { uid = "till", title = "Till" } = change;
  return { uid, title, json: JSON.stringify({ uid, title, ...content }), ...change };
};

describe("renderDashboards", () => {
  it("puts a dashboard without a folder beside the folders", () => {
    expect(renderDashboards([dashboard()])[0]?.path).toBe("till.json");
  });

  it("takes Grafana's own datasource", () => {
    const content = { annotations: { list: [{ datasource: { uid: "-- Grafana --" } }] } };
    expect(() => renderDashboards([dashboard({}, content)])).not.toThrow();
  });

  it.each<[string, readonly DashboardFile[], RegExp]>([
    ["two of one uid", [dashboard(), dashboard({ title: "B" })], /dashboards: got "till"; allowed: each uid once/],
    ["two of one title in a folder", [dashboard(), dashboard({ uid: "b" })], /dashboards\.b\.title: got "Till"/],
    ["a uid that leaves the directory", [dashboard({ uid: "../x" })], /dashboards: got "\.\.\/x"/],
    ["a folder that is a path", [dashboard({ folder: "a/b" })], /dashboards\.till\.folder: got "a\/b"/],
    ["what is no JSON", [dashboard({ json: "{" })], /dashboards\.till\.json: got "\{"; allowed: a JSON object/],
    ["a list", [dashboard({ json: "[]" })], /dashboards\.till\.json: got "\[\]"; allowed: a JSON object/],
    ["another uid inside", [dashboard({}, { uid: "x" })], /got "x"; allowed: the same uid in the file/],
    ["another title inside", [dashboard({}, { title: "x" })], /got "x"; allowed: the same title in the file/],
    [
      "a datasource that is not there",
      [dashboard({}, { panels: [{ targets: [{ datasource: { uid: "influx" } }] }] })],
      /got "influx"; allowed: a datasource of prometheus, loki/,
    ],
  ])("fails with %s", (_, dashboards, message) => {
    expect(() => renderDashboards(dashboards)).toThrow(message);
    expect(() => renderDashboards(dashboards)).toThrowErrorMatchingSnapshot();
  });
});
