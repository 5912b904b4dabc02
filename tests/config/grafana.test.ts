import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { GRAFANA_ENVIRONMENT, GRAFANA_SECRETS, grafanaEntrypoint, renderGrafana } from "../../config/grafana.ts";

const settings = { prometheus: "prometheus:9090", loki: "loki:3100", scrapeInterval: "5s" };
const fileOf = (name: string, given: Parameters<typeof renderGrafana>[0] = settings): string =>
  renderGrafana(given).find((file) => file.path === name)?.content ?? "";

describe("renderGrafana", () => {
  it("gives Grafana its datasources under uids that never change", () => {
    expect(parse(fileOf("provisioning/datasources/vigie.yml")).datasources).toEqual([
      {
        name: "Prometheus",
        type: "prometheus",
        uid: "prometheus",
        access: "proxy",
        editable: false,
        url: "http://prometheus:9090",
        isDefault: true,
        jsonData: { httpMethod: "POST", prometheusType: "Prometheus", timeInterval: "5s" },
      },
      {
        name: "Loki",
        type: "loki",
        uid: "loki",
        access: "proxy",
        editable: false,
        url: "http://loki:3100",
        jsonData: { maxLines: 1000 },
      },
    ]);
  });

  it("has no datasource for logs where there is no Loki, also where there was one before", () => {
    const path = "provisioning/datasources/vigie.yml";
    const { datasources, deleteDatasources } = parse(fileOf(path, { prometheus: "prometheus:9090" }));
    expect(datasources).toHaveLength(1);
    expect(deleteDatasources).toEqual([
      { name: "Loki", orgId: 1 },
      { name: "VictoriaLogs", orgId: 1 },
      { name: "Jaeger", orgId: 1 },
      { name: "Tempo", orgId: 1 },
    ]);
    // What kept the traces before keeps none now.
    expect(parse(fileOf(path, { ...settings, jaeger: "jaeger:16686" })).deleteDatasources).toEqual([
      { name: "VictoriaLogs", orgId: 1 },
      { name: "Tempo", orgId: 1 },
    ]);
  });

  it("leads from a measurement to its trace, from there to its lines, and back", () => {
    const text = fileOf("provisioning/datasources/vigie.yml", { ...settings, jaeger: "jaeger:16686" });
    const [metrics, logs, traces] = parse(text).datasources;
    expect(metrics.jsonData.exemplarTraceIdDestinations).toEqual([{ name: "trace_id", datasourceUid: "jaeger" }]);
    // Grafana takes one dollar of two away.
    expect(logs.jsonData.derivedFields).toEqual([
      expect.objectContaining({ datasourceUid: "jaeger", matcherRegex: "trace_id", url: "$${__value.raw}" }),
    ]);
    expect(traces).toMatchObject({
      url: "http://jaeger:16686",
      jsonData: { tracesToLogsV2: { datasourceUid: "loki" }, tracesToMetrics: { datasourceUid: "prometheus" } },
    });
  });

  it("leads to Tempo in the same way, where it keeps the traces", () => {
    const text = fileOf("provisioning/datasources/vigie.yml", { ...settings, tempo: "tempo:3200" });
    const [metrics, logs, traces] = parse(text).datasources;
    expect(metrics.jsonData.exemplarTraceIdDestinations).toEqual([{ name: "trace_id", datasourceUid: "tempo" }]);
    expect(logs.jsonData.derivedFields).toEqual([expect.objectContaining({ datasourceUid: "tempo" })]);
    expect(traces).toMatchObject({
      ...{ name: "Tempo", type: "tempo", uid: "tempo", url: "http://tempo:3200" },
      jsonData: { tracesToLogsV2: { datasourceUid: "loki" }, serviceMap: { datasourceUid: "prometheus" } },
    });
  });

  it("leads to VictoriaLogs in the same way, where it keeps the logs", () => {
    const { loki: _loki, ...rest } = settings;
    const given = { ...rest, victorialogs: "victorialogs:9428", jaeger: "jaeger:16686" };
    const [, logs, traces] = parse(fileOf("provisioning/datasources/vigie.yml", given)).datasources;
    expect(logs).toEqual({
      ...{ name: "VictoriaLogs", type: "victoriametrics-logs-datasource", uid: "victorialogs" },
      ...{ access: "proxy", editable: false, url: "http://victorialogs:9428" },
      jsonData: {
        maxLines: "1000",
        derivedFields: [expect.objectContaining({ datasourceUid: "jaeger", url: "$${__value.raw}" })],
      },
    });
    expect(traces.jsonData.tracesToLogsV2).toMatchObject({
      datasourceUid: "victorialogs",
      query: '{service_name=~".+"} trace_id:="$${__trace.traceId}"',
    });
  });

  it("reads dashboards from their directory, in folders, every five seconds", () => {
    expect(parse(fileOf("provisioning/dashboards/vigie.yml")).providers).toEqual([
      {
        name: "vigie",
        type: "file",
        disableDeletion: false,
        allowUiUpdates: false,
        updateIntervalSeconds: 5,
        options: { path: "/var/lib/vigie/dashboards", foldersFromFilesStructure: true },
      },
    ]);
  });

  it.each([
    ["[auth.anonymous]\nenabled = false"],
    ["allow_sign_up = false"],
    ["reporting_enabled = false"],
    ["check_for_updates = false"],
    ["check_for_plugin_updates = false"],
    ["news_feed_enabled = false"],
    ["preinstall_disabled = true"],
    ["disable_gravatar = true"],
    ["external_enabled = false"],
    ["default_home_dashboard_path = /var/lib/vigie/dashboards/Vigie/stack-home.json"],
  ])("lets nobody in and calls nobody: %s", (line) => {
    expect(fileOf("grafana.ini")).toContain(line);
  });

  it("makes links for the address that people use", () => {
    expect(fileOf("grafana.ini", { ...settings, rootUrl: "http://localhost:3000/" })).toContain(
      "root_url = http://localhost:3000/",
    );
  });

  it("keeps secrets in files: the settings have their paths, and the environment has nothing", () => {
    for (const secret of GRAFANA_SECRETS) expect(fileOf("grafana.ini")).toContain(`= $__file{/run/secrets/${secret}}`);
    expect(GRAFANA_ENVIRONMENT).toEqual({
      GF_PATHS_CONFIG: "/etc/grafana/grafana.ini",
      GF_PATHS_PROVISIONING: "/etc/grafana/provisioning",
    });
  });

  it("has a file in every directory that Grafana looks into, or it logs an error for each", () => {
    const directories = renderGrafana(settings).map(({ path }) => path.split("/").slice(0, -1).join("/"));
    expect(directories).toEqual(
      expect.arrayContaining(
        ["alerting", "dashboards", "datasources", "notifiers", "plugins"].map((name) => `provisioning/${name}`),
      ),
    );
  });

  it.each([
    ["an address of Prometheus without a port", { prometheus: "x" }, /prometheus: got "x"; allowed: .*prometheus:9090/],
    ["an address of Loki without a port", { prometheus: "x:1", loki: "x" }, /loki: got "x"; allowed: .*"loki:3100"/],
    [
      "two stores of logs",
      { prometheus: "x:1", loki: "x:1", victorialogs: "y:1" },
      /loki, victorialogs: got "x:1, y:1"; allowed: the store that has the logs/,
    ],
    ["an interval that is none", { prometheus: "x:1", scrapeInterval: "often" }, /scrapeInterval: got "often"/],
    ["an address that is none", { prometheus: "x:1", rootUrl: "localhost" }, /rootUrl: got "localhost"/],
  ])("fails with %s", (_, given, message) => {
    expect(() => renderGrafana(given)).toThrow(message);
    expect(() => renderGrafana(given)).toThrowErrorMatchingSnapshot();
  });
});

describe("grafanaEntrypoint", () => {
  /** Runs it with a `grafana` that notes its words, and no database yet. */
  function started(settings: { victorialogs?: string }, has: readonly string[], fetches = "exit 0"): string {
    const machine = mkdtempSync(path.join(os.tmpdir(), "vigie-grafana-"));
    for (const plugin of has) mkdirSync(path.join(machine, "plugins", plugin), { recursive: true });
    writeFileSync(path.join(machine, "grafana"), `#!/bin/sh\necho "grafana $*"; ${fetches}\n`, { mode: 0o755 });
    const [program = "", flag = "", script = ""] = grafanaEntrypoint(settings);
    const { stdout, stderr } = spawnSync(program, [flag, script.replace("exec /run.sh", "echo runs")], {
      env: {
        PATH: `${machine}:${process.env.PATH}`,
        GF_PATHS_PLUGINS: path.join(machine, "plugins"),
        GF_PATHS_HOME: "/g",
      },
      encoding: "utf8",
    });
    rmSync(machine, { recursive: true });
    return `${stdout}${stderr}`.replaceAll(machine, "");
  }

  const plugin = "victoriametrics-logs-datasource";
  const victorialogs = "victorialogs:9428";

  it("starts Grafana and fetches nothing, where Loki keeps the logs", () => {
    expect(started({}, [])).toBe("runs\n");
  });

  it("fetches the plugin of VictoriaLogs, once", () => {
    const fetched = `grafana cli --homepath /g --pluginsDir /plugins plugins install ${plugin} 0.24.1\nruns\n`;
    expect(started({ victorialogs }, [])).toBe(fetched);
    expect(started({ victorialogs }, [plugin])).toBe("runs\n");
  });

  it("starts without it where it can't be had, and says so", () => {
    expect(started({ victorialogs }, [], "exit 1")).toContain(
      `runs\nThe plugin ${plugin} can't be had: panels of logs`,
    );
  });
});
