/** A kind of store is one file and one line: all else is made from the list. */

import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { MonitoringStack } from "../../../components/index.ts";
import { resource, settle, startMocks, types } from "../../components/recorder.ts";
import type { Toy } from "./toy.ts";

// The one line.
vi.mock("../../../signals/stores/kinds.ts", async (original) => ({
  ...(await original<typeof import("../../../signals/stores/kinds.ts")>()),
  toy: (await import("./toy.ts")).toy,
}));

let toy: Toy;
let monitoring: MonitoringStack;
const file = (name: string): string => String(resource(types.command, `${name}-config`).stdin);

beforeAll(async () => {
  await startMocks();
  const library = await import("../../../components/index.ts");
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-test-"));
  const host = new library.LocalDockerHost("local", { checkMachine: false, stateDirectory });
  toy = new (await import("./toy.ts")).Toy("blocks", { host });
  monitoring = new library.MonitoringStack("monitoring", { host, sources: [toy] });
  await settle();
});

describe("a kind of store in one file and one line", () => {
  it("has its rules in Prometheus, each with its page and its runbook", () => {
    const text = file("prometheus");
    expect(text).toContain("rules/blocks.toy.yml");
    expect(text).toMatch(/alert: ToyFull/);
    expect(text).toMatch(/dashboard_url: .*\/d\/toy\?var-job=blocks/);
    expect(text).toMatch(/runbook_url: docs\/runbooks\/ToyFull\.md/);
  });

  it("has its metrics kept, and no more of them than its budget with what it has to spare", () => {
    const [, job = ""] = file("prometheus").split("job_name: blocks\n");
    expect(job).toMatch(/sample_limit: 9\n/);
    expect(job).toMatch(/regex: .*toy_used_ratio/);
  });

  it("has its page in Grafana, with its panel", () => {
    expect(String(resource(types.command, "grafana-dashboards").stdin)).toContain('"uid": "toy"');
    expect(String(resource(types.command, "grafana-dashboards").stdin)).toContain("toy_used_ratio");
  });

  it("has its backup and its drill", async () => {
    const { backupsOf } = await import("../../../components/index.ts");
    expect(backupsOf([toy])).toEqual([expect.objectContaining({ kind: "volume", name: "blocks" })]);
    expect(JSON.stringify(monitoring.drills)).toContain("ToyFull");
  });

  it("has its threshold, its metrics and its budget where all have theirs", async () => {
    const { THRESHOLDS } = await import("../../../signals/thresholds.ts");
    const { METRICS } = await import("../../../signals/metrics/catalogue.ts");
    const { SERIES_BUDGETS } = await import("../../../signals/metrics/budgets.ts");
    const { isDashboardUid } = await import("../../../signals/alert-dashboards.ts");
    expect(THRESHOLDS).toHaveProperty("ToyFull.warning", 0.9);
    expect(METRICS).toHaveProperty("toy_used_ratio.source", "toy");
    expect(SERIES_BUDGETS).toHaveProperty("toy", 7);
    expect([isDashboardUid("toy"), isDashboardUid("toys")]).toEqual([true, false]);
  });

  it("has its image in the catalogue, with its recipe and what builds it", async () => {
    const { images, deployedImages } = await import("../../../config/images.ts");
    const { imageRecipes } = await import("../../../offline/images/recipes.ts");
    const { goPrograms } = await import("../../../offline/programs.ts");
    expect(images).toHaveProperty("toy.reference", "registry.example/toy:1.0.0");
    expect(imageRecipes).toHaveProperty("toy.parts.toy", { step: "go-toy", path: "bin/toy" });
    expect(goPrograms).toHaveProperty("toy.module.path", "example.org/toy");
    const choices = { logAgent: "collector", traceStore: "jaeger", logStore: "loki", grafana: true } as const;
    expect(deployedImages(choices)).not.toContain("toy");
  });
});

describe("the tests' lists", () => {
  it("have the kind, too: its rules, and its page", async () => {
    const { allPacks } = await import("../packs.ts");
    expect(Object.keys(allPacks())).toContain("toy.ts");
    // Its page is looked for where every kind has it.
    await expect(import("../../dashboards/stack.ts")).rejects.toThrow(/dashboards\/toy\.ts/);
  });

  it("fail without a runbook for its alert: docs/runbooks/ is held against the packs", async () => {
    const { allPacks } = await import("../packs.ts");
    const { readdirSync } = await import("node:fs");
    const alerts = Object.values(allPacks()).flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])),
    );
    expect(alerts.filter((alert) => !readdirSync("docs/runbooks").includes(`${alert}.md`))).toEqual(["ToyFull"]);
  });
});
