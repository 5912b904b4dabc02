import { describe, expect, it } from "vitest";
import { containerRules } from "../../../signals/rules/containers.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [containerRules()];
const labels = 'job="orders",instance="orders-1:3000"';
const alert = "ContainerRestarting";

const restarted = (times: number) => [
  {
    labels: { severity: "warning", service: "orders", job: "orders", instance: "orders-1:3000" },
    summary: "orders-1:3000 of orders keeps restarting",
    description: `orders-1:3000 started ${times} times in the last 10m; more than 2 is no deployment.`,
  },
];

describe("containerRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("5 rules found");
  });

  it.each([
    ["a process starts again", { [`process_start_time_seconds{${labels}}`]: "1x4 20x4 30x4 40x20" }, 3],
    ["PostgreSQL starts again", { [`pg_postmaster_start_time_seconds{${labels},server="x"}`]: "1 2 3 4x20" }, 3],
    ["Redis starts again", { [`redis_start_time_seconds{${labels}}`]: "1 2 3 4x20" }, 3],
    ["a target without a start time goes away and comes back", { [`up{${labels}}`]: "1 0 1 0 1 0 1x20" }, 3],
    [
      "both see it, the start time more of it",
      { [`process_start_time_seconds{${labels}}`]: "1 2 3 4 5x20", [`up{${labels}}`]: "1 0 1x20" },
      4,
    ],
  ])("warn when %s", (_, series, times) => {
    checkAlerts(groups, { series, at: "5m", alert, fires: restarted(times) });
  });

  it.each([
    ["at two restarts: a deployment and its correction", { [`process_start_time_seconds{${labels}}`]: "1 2 3x30" }],
    ["at a target that is down for good", { [`up{${labels}}`]: "1 0x30" }],
    ["at a target that came back twice", { [`up{${labels}}`]: "1 0 1 0 1x30" }],
    ["without the metrics", {}],
  ])("are silent %s", (_, series) => {
    checkAlerts(groups, { series, at: "5m", alert, fires: [] });
  });

  it("forget restarts after ten minutes", () => {
    const series = { [`process_start_time_seconds{${labels}}`]: "1 2 3 4x80" };
    checkAlerts(groups, { series, at: "11m", alert, fires: [] });
  });
});
