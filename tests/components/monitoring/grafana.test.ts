import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GrafanaArgs } from "../../../components/index.ts";
import { forget, manners, promiseOf, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(forget);

/** Declares one under mocks, and waits until all of it is registered. */
async function declare(change: Partial<GrafanaArgs> = {}) {
  const host = new library.LocalDockerHost("local", {
    checkMachine: false,
    stateDirectory: mkdtempSync(path.join(os.tmpdir(), "vigie-test-")),
  });
  const grafana = new library.Grafana("grafana", {
    host,
    prometheus: "prometheus:9090",
    dashboards: library.dashboardsOf([]),
    ...change,
  });
  await settle();
  return grafana;
}

const container = () => resource(types.container, "grafana-container");
const textOf = (name: string) => (resource(types.command, name) as { stdin: string }).stdin;
const labels = () =>
  Object.fromEntries(
    (container().labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]),
  );

describe("Grafana", () => {
  it("lands its settings and its dashboards in two directories, which it may only read", async () => {
    await declare();
    expect(textOf("grafana-config")).toContain("#vigie-file: provisioning/datasources/vigie.yml");
    expect(textOf("grafana-dashboards")).toContain("#vigie-file: Vigie/monitoring.json");
    expect(container().volumes).toEqual([
      { hostPath: expect.stringMatching(/\/grafana$/), containerPath: "/etc/grafana", readOnly: true },
      {
        hostPath: expect.stringMatching(/\/grafana-dashboards$/),
        containerPath: "/var/lib/vigie/dashboards",
        readOnly: true,
      },
      { volumeName: "vigie-test-grafana-data", containerPath: "/var/lib/grafana" },
      { volumeName: "vigie-test-grafana-secrets", containerPath: "/run/secrets", readOnly: true },
    ]);
  });

  it("keeps its container when a dashboard changes, and replaces it when a setting does", async () => {
    await declare();
    const before = labels();
    forget();
    const dashboards = library.dashboardsOf([]);
    const changed = dashboards.map((file) => ({ ...file, json: file.json.replace("Targets down", "Targets away") }));
    expect(changed).not.toEqual(dashboards);
    await declare({ dashboards: changed });
    expect(labels()).toEqual(before);
    forget();
    await declare({ loki: "loki:3100" });
    expect(labels()["vigie.read-at-start"]).not.toBe(before["vigie.read-at-start"]);
  });

  it("opens the first dashboard, and makes links for the port that it has on the host", async () => {
    const { url } = await declare({ port: 3300 });
    expect(url).toBe("http://localhost:3300/");
    expect(textOf("grafana-config")).toContain("root_url = http://localhost:3300/");
    expect(textOf("grafana-config")).toContain(
      "default_home_dashboard_path = /var/lib/vigie/dashboards/Vigie/stack-home.json",
    );
    expect(container()).not.toHaveProperty("ports");
  });

  it("gives its passwords as files, and its user's as a secret", async () => {
    const { adminPassword } = await declare();
    expect(await promiseOf(adminPassword)).toBe("secret-of-grafana-admin-password");
    const uploads = JSON.stringify(resource(types.container, "grafana-secret-writer").uploads);
    for (const file of ["admin-password", "secret-key"]) {
      expect(uploads).toContain(`"content":"secret-of-grafana-${file}","file":"/run/secrets/${file}"`);
    }
    expect(JSON.stringify(container())).not.toContain("secret-of-");
    expect(textOf("grafana-config")).not.toContain("secret-of-");
  });

  it("is watched itself, and finished", async () => {
    const grafana = await declare();
    expect(grafana.signals.scrapeJobs).toEqual([
      { job: "grafana", targets: ["vigie-test-grafana:3000"], emits: ["grafana"] },
    ]);
    expect(grafana).toBeInstanceOf(pulumi.ComponentResource);
    expect([...manners.finished]).toContain(await promiseOf(grafana.urn));
  });
});
