import { describe, expect, it } from "vitest";
import { dashboardsOf } from "../../dashboards/index.ts";
import { RULES } from "./lint.ts";
import { type Dashboard, panelsOf, parseDashboard, stackSignals } from "./stack.ts";

/** The page of a service with a rollout: its versions, side by side. */
const pageWith = (more: object): Dashboard => {
  const job = { job: "orders", targets: ["orders-1:3000", "orders-candidate-1:3000"], ...more };
  const page = dashboardsOf([...stackSignals(), { scrapeJobs: [job] }]).find(({ uid }) => uid === "service-orders");
  return parseDashboard(page ?? { uid: "", title: "", json: "{}" });
};
const titles = (page: Dashboard) => page.panels.map(({ title }) => title);
const ofVersions = ["Requests by version", "Failed requests by version", "Duration by version, p95"];

describe("the page of a service with a rollout", () => {
  const page = pageWith({ candidates: ["orders-candidate-1:3000"] });

  it("has both versions side by side, after the requests as a whole", () => {
    expect(titles(page)).toEqual(expect.arrayContaining(["Rollout", ...ofVersions]));
    expect(titles(page).indexOf("Rollout")).toBeGreaterThan(titles(page).indexOf("Requests"));
    const asked = panelsOf(page).filter(({ title }) => ofVersions.includes(title));
    expect(asked).toHaveLength(3);
    for (const { targets } of asked) expect(targets[0]?.expr).toMatch(/by \(version/);
  });

  it("marks the times in which the candidate gets requests", () => {
    const marks = page.annotations.list.find(({ name }) => name === "Rollouts");
    expect(marks?.expr).toBe('service:candidate_requests:share{service="orders"}');
  });

  it("is as it was where there is none", () => {
    const plain = pageWith({});
    expect(plain.annotations.list.map(({ name }) => name)).not.toContain("Rollouts");
    expect(titles(plain)).not.toContain("Rollout");
    expect(JSON.stringify(plain)).not.toContain("by version");
  });

  it.each(Object.entries(RULES))("%s", (_, rule) => {
    expect(rule(page)).toEqual([]);
  });
});
