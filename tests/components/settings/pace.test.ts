import { beforeAll, describe, expect, it } from "vitest";
import type { MonitoringStack } from "../../../components/index.ts";
import { resource, settle, startMocks, types } from "../recorder.ts";

/** A pace as a monitoring stack hands it to its programs, under mocks. */
describe("a monitoring stack at the pace instant", () => {
  let monitoring: MonitoringStack;

  beforeAll(async () => {
    await startMocks();
    const library = await import("../../../components/index.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const inbox = new library.Inbox("inbox", { host });
    monitoring = new library.MonitoringStack("monitoring", {
      host,
      sources: [{ signals: { scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }] } }],
      policies: [{ name: "all", notify: { critical: inbox.receivers, warning: inbox.receivers } }],
      pace: "instant",
      scrapeInterval: "2s",
      retention: { metrics: "1d" },
    });
    await settle();
  });

  it("evaluates its rules every second, between two scrapes", () => {
    const said = resource(types.command, "prometheus-config").stdin;
    expect(said).toContain("scrape_interval: 2s");
    expect(said).toContain("evaluation_interval: 1s");
    expect(said).toContain("for: 4s");
  });

  it("tells at once, and by one of two Alertmanagers", () => {
    expect(resource(types.command, "alertmanager-1-config").stdin).toContain("group_wait: 0s");
    const container = resource(types.container, "alertmanager-2-container");
    expect(container.command).toContain("--cluster.peer-timeout=2s");
  });

  it("says so to who measures it, with the bound of an outage", () => {
    expect(monitoring.proof.pace).toBe("instant");
    const outage = monitoring.drills.alerts.find(
      ({ alert, severity }) => alert === "TargetDown" && severity === "critical",
    );
    expect(outage?.bounds).toMatchObject({ detect: 7, notify: 3 });
  });

  it("tells people of the stack in a network of their own", () => {
    const networks = (name: string) =>
      (resource(types.container, name).networksAdvanced as { name: string }[]).map((network) => network.name);
    for (const name of ["alertmanager-1-container", "alertmanager-2-container"]) {
      expect(networks(name)).toEqual(["vigie-test-observability", "vigie-test-notify"]);
    }
    expect(networks("inbox-notices-1")).toContain("vigie-test-notify");
    expect(networks("inbox-notices-1")).not.toContain("vigie-test-observability");
    expect(resource(types.network, "local-notify").internal).toBe(true);
  });
});
