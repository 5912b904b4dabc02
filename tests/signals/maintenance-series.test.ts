import { describe, expect, it } from "vitest";
import { MAINTENANCE_ACTIVE, maintenanceRules } from "../../signals/maintenance-series.ts";
import { checkQuery, checkRules } from "./promtool.ts";

// promtool's time begins at 0.
const at = (minutes: number) => `${new Date(minutes * 60_000).toISOString().slice(0, 16)}Z`;
const disk = { services: ["orders", "till"], from: at(10), to: at(20), why: "the disk is replaced" };
const till = { services: ["till"], from: at(15), to: at(30), why: "the disk is replaced" };

describe("maintenanceRules", () => {
  it("has no group where there is no window", () => {
    expect(maintenanceRules()).toEqual([]);
    expect(maintenanceRules([])).toEqual([]);
  });

  it("gives what promtool accepts", () => {
    expect(checkRules(maintenanceRules([disk, till]))).toContain("SUCCESS: 3 rules");
  });

  it.each([
    ["9m", {}],
    ["10m", { orders: 1, till: 1 }],
    ["16m", { orders: 1, till: 2 }],
    ["19m", { orders: 1, till: 2 }],
    ["20m", { till: 1 }],
    ["30m", {}],
  ])("says at %s how many windows each service is in", (time, windows) => {
    const samples = Object.fromEntries(
      Object.entries(windows).map(([service, count]) => [`{service="${service}"}`, count]),
    );
    checkQuery(maintenanceRules([disk, till]), {
      series: {},
      interval: "1m",
      at: time,
      expr: `sum by (service) (${MAINTENANCE_ACTIVE})`,
      samples,
    });
  });
});
