import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { MonitoringStack } from "../../../components/index.ts";
import { choicesOf, questionsOf } from "../../../dashboards/panel-queries.ts";
import type { LogStoreKind } from "../../../signals/log-stores.ts";
import { forget, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

/** Declares a whole stack under mocks. */
async function declare(logStore: LogStoreKind, grafana: boolean): Promise<MonitoringStack> {
  forget();
  const host = new library.LocalDockerHost("local", {
    checkMachine: false,
    traceRatio: 1,
    stateDirectory: mkdtempSync(path.join(os.tmpdir(), "vigie-test-")),
  });
  const edge = new library.Traefik("edge", { host, httpPort: 8000, httpsPort: 8443 });
  const monitoring = new library.MonitoringStack("monitoring", { host, sources: [edge], logStore, grafana });
  await settle();
  return monitoring;
}

const textOf = (name: string) => (resource(types.command, name) as { stdin: string }).stdin;
const paths = (text: string): string[] =>
  [...text.matchAll(/#vigie-file: (\S+\.json)/g)].map(([, file = ""]) => file).sort();
const SHOWN = { start: 0, end: 900, step: 15, scrape: 15 };

describe.each<[LogStoreKind, boolean]>([
  ["loki", true],
  ["victorialogs", true],
  ["victorialogs", false],
])("the dashboards of a stack with %s, with a Grafana: %s", (store, grafana) => {
  let monitoring: MonitoringStack;

  beforeAll(async () => {
    monitoring = await declare(store, grafana);
  });

  it("are files on the host", () => {
    const name = grafana ? "grafana-dashboards" : "dashboards";
    expect(paths(textOf(name))).toEqual(monitoring.dashboards.map(({ uid }) => `Vigie/${uid}.json`).sort());
    expect(monitoring.dashboardsDirectory).toMatch(new RegExp(`/config/${name}$`));
    expect(registered.some(({ name }) => name === "grafana-container")).toBe(grafana);
  });

  it("ask the log store that there is, and nobody else", () => {
    const asked = monitoring.dashboards.flatMap((file) => [...questionsOf(file, SHOWN), ...choicesOf(file)]);
    expect([...new Set(asked.map(({ datasource }) => datasource))].sort()).toEqual(
      ["jaeger", store, "prometheus"].sort(),
    );
  });

  it("show what there is of the monitoring", () => {
    const { json = "{}" } = monitoring.dashboards.find(({ uid }) => uid === "monitoring") ?? {};
    const { panels } = JSON.parse(json) as { panels: { type: string; title: string }[] };
    const rows = panels.filter(({ type }) => type === "row").map(({ title }) => title);
    expect(rows).toEqual([
      "Prometheus",
      store === "loki" ? "Loki" : "VictoriaLogs",
      "Collector",
      ...(grafana ? ["Grafana"] : []),
      expect.any(String),
    ]);
  });

  it("are what the proof tells of", () => {
    const uids = monitoring.proof.datasources.map(({ uid }) => uid);
    expect(uids).toEqual(grafana ? ["prometheus", store, "jaeger"] : []);
    expect(monitoring.proof.urls).toMatchObject({ [store]: expect.stringMatching(/^http/) });
    expect(monitoring.proof.urls.grafana !== undefined).toBe(grafana);
  });
});
