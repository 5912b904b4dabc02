import { beforeAll, describe, expect, it } from "vitest";
import type { AlertPolicySpec, Objective, Observable } from "../../../components/index.ts";
import { forget, registered, resource, settle, startMocks, types } from "../recorder.ts";

/** The objectives of alert policies, as MonitoringStack measures them, under mocks. */
let library: typeof import("../../../components/index.ts");

const pager = { kind: "webhook", name: "pager", url: "http://pager.example/" } as const;
const owes = (objective: Objective, service = "shop"): AlertPolicySpec => ({
  name: "shop",
  services: [service],
  objective,
  notify: { critical: [pager], warning: "nobody" },
});
const others: AlertPolicySpec = { name: "all", notify: { critical: [pager], warning: [pager] } };
const shop = { signals: { scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }] } };

const declare = async (
  policies: readonly AlertPolicySpec[],
  sources: readonly Observable[] = [shop],
): Promise<void> => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  new library.MonitoringStack("monitoring", { host, sources, policies, pace: "fast" });
  await settle();
};
const textOf = (name: string) => resource(types.command, name).stdin;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("the objective of a policy", () => {
  it("becomes rules at the stack's pace, and a dashboard of that pace", async () => {
    await declare([owes({ availability: 99.5, expectedRate: "5/s" }), others]);
    expect(textOf("prometheus-config")).toContain("#vigie-file: rules/shop.slo.yml");
    expect(textOf("prometheus-config")).toContain("record: job_slo:errors:ratio10m");
    expect(textOf("grafana-dashboards")).toContain("#vigie-file: Vigie/slo.json");
    expect(textOf("grafana-dashboards")).toContain("job_slo:errors:ratio10m");
  });

  it.each<[string, AlertPolicySpec["notify"], boolean]>([
    ["nobody is told of anything", { critical: "nobody", warning: "nobody" }, false],
    ["only critical alerts are told", { critical: [pager], warning: "nobody" }, true],
    ["only context is told", { critical: "nobody", warning: "nobody", info: [pager] }, true],
  ])("is measured and shown all the same where %s", async (_, notify, told) => {
    await declare([
      { ...owes({ availability: 99.5, expectedRate: "5/s" }), notify },
      { ...others, notify },
    ]);
    expect(textOf("prometheus-config")).toContain("#vigie-file: rules/shop.slo.yml");
    expect(textOf("grafana-dashboards")).toContain("#vigie-file: Vigie/slo.json");
    expect(registered.filter(({ name }) => name.startsWith("alertmanager")).length > 0).toBe(told);
  });

  it("leaves no dashboard without data where there is none", async () => {
    await declare([others]);
    expect(textOf("prometheus-config")).not.toContain(".slo");
    expect(textOf("grafana-dashboards")).not.toContain("slo.json");
  });

  it("is measured at the edge where the service counts nothing, and says so where there is no edge", async () => {
    const objective: Objective = { availability: 99.5, expectedRate: "5/s" };
    const site = { signals: { scrapeJobs: [{ job: "site", targets: ["site-1:9113"], emits: ["nginx"] as const }] } };
    const edge = {
      signals: {
        scrapeJobs: [{ job: "front", targets: ["front:8082"], emits: ["traefik"] as const }],
        calls: [{ from: "front", to: "site" }],
      },
    };
    await declare([owes(objective, "site"), others], [site, edge]);
    expect(textOf("prometheus-config")).toContain(
      'traefik_router_request_duration_seconds_count{job="front",service="site@file"}',
    );
    await expect(declare([owes(objective, "site"), others], [site])).rejects.toThrow(
      /policies\.shop\.services: got "site"; allowed: a service whose requests are counted/,
    );
  });

  it("fails as Pulumi's own error, with all problems, before anything is declared", async () => {
    const policy = owes({ availability: 100, expectedRate: "-1/s" }, "shp");
    await expect(declare([policy])).rejects.toThrow(
      /services: got "shp".*Did you mean shop\?[\s\S]*expectedRate: got "-1\/s"[\s\S]*availability: got 100/,
    );
    expect(() => textOf("prometheus-config")).toThrow(/no command/);
  });
});
