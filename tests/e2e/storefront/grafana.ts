import { describe, expect, it } from "vitest";
import type { Deployment } from "../deployment.ts";
import { dashboards, datasourceHealth, emptyPanels, emptyVariables } from "../grafana.ts";
import { DASHBOARDS, whileVisited } from "./panels.ts";

/** What only a Grafana shows: with the makers' images there is one. */
export function whatGrafanaShows(deployment: Deployment): void {
  describe("Grafana", () => {
    const access = async () => ({ password: await deployment.output("grafanaPassword") });

    it("reaches its datasources, and has every dashboard", async () => {
      const grafana = await access();
      const health = () => datasourceHealth(grafana);
      await expect.poll(health, { interval: 1000 }).toEqual({ Jaeger: "OK", Loki: "OK", Prometheus: "OK" });
      const uids = (await dashboards(grafana)).map(({ uid }) => uid);
      expect(uids.sort()).toEqual(DASHBOARDS);
    });

    it("has data on every panel, and something to choose for every variable", async () => {
      const grafana = await access();
      await whileVisited(() =>
        expect.poll(() => emptyPanels(grafana), { timeout: 300_000, interval: 5000 }).toEqual([]),
      );
      await expect.poll(() => emptyVariables(grafana), { interval: 1000 }).toEqual([]);
    });
  });
}
