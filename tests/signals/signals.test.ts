import { describe, expect, it } from "vitest";
import { redisFills } from "../../signals/fills/redis.ts";
import { targetRules } from "../../signals/rules/targets.ts";
import { mergeSignals } from "../../signals/signals.ts";

describe("mergeSignals", () => {
  it("keeps everything in the order given", () => {
    const first = { scrapeJobs: [{ job: "a", targets: ["a:1"] }], ruleGroups: [targetRules()] };
    const probe = { name: "b", url: "http://b/" };
    const dashboard = { uid: "b", title: "B", json: "{}" };
    const use = { service: "b", on: "a" };
    const second = {
      scrapeJobs: [{ job: "b", targets: ["b:1"] }],
      probes: [probe],
      dashboards: [dashboard],
      uses: [use],
      traced: ["b"],
      calls: [{ from: "b", to: "a" }],
      secured: ["https://b/"],
      fills: redisFills("b"),
    };
    expect(mergeSignals([first, second])).toEqual({
      scrapeJobs: [...first.scrapeJobs, ...second.scrapeJobs],
      ruleGroups: first.ruleGroups,
      probes: [probe],
      dashboards: [dashboard],
      uses: [use],
      traced: second.traced,
      calls: second.calls,
      secured: second.secured,
      fills: second.fills,
    });
  });

  it("is empty for nothing", () => {
    const lists = ["scrapeJobs", "ruleGroups", "probes", "dashboards", "uses", "traced", "calls", "secured", "fills"];
    expect(mergeSignals([])).toEqual(Object.fromEntries(lists.map((list) => [list, []])));
  });
});
