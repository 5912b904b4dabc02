import { describe, expect, it } from "vitest";
import { probeRules } from "../../../signals/rules/probes.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [probeRules()];
const url = "http://edge:8000/api/films";
const probe = `probe_success{job="probes",probe="catalog",service="catalog",instance="${url}"}`;

describe("probeRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("1 rules found");
  });

  it("page about the service that the page belongs to", () => {
    checkAlerts(groups, {
      series: { [probe]: "1 0x8" },
      at: "75s",
      alert: "ProbeFailed",
      fires: [
        {
          labels: { severity: "critical", service: "catalog", probe: "catalog", job: "probes", instance: url },
          summary: `catalog fails: ${url}`,
          description: `Asked from outside as a user would, ${url} does not answer as it should.`,
        },
      ],
    });
  });

  it.each([
    ["just before the minute is over", { [probe]: "1 0x8" }, "60s"],
    ["while the page answers", { [probe]: "1x8" }, "2m"],
    ["without the metric: TargetDown tells of that", {}, "2m"],
  ])("are silent %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "ProbeFailed", fires: [] });
  });
});
