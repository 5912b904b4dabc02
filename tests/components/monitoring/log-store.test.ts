import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { MonitoringStackArgs } from "../../../components/index.ts";
import type { ImageSettings } from "../../../config/image-references.ts";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

/** The store of logs, as MonitoringStack takes one or the other, under mocks. */
let library: typeof import("../../../components/index.ts");

const started = async (args: Partial<MonitoringStackArgs> = {}, images: ImageSettings = {}) => {
  registered.length = 0;
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-test-"));
  const host = new library.LocalDockerHost("local", { checkMachine: false, stateDirectory, images, traceRatio: 0.1 });
  const stack = new library.MonitoringStack("monitoring", { host, sources: [], ...args });
  await settle();
  const containers = registered
    .filter(({ type, inputs }) => type === types.container && inputs.start !== false)
    .map(({ name }) => name.replace("-container", ""));
  return { stack, containers };
};

const textOf = (name: string): string => String(resource(types.command, name).stdin);

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("the store of logs", () => {
  it("is Loki when nothing is said, and Grafana shows it", async () => {
    const { stack, containers } = await started();
    expect(containers).toEqual(expect.arrayContaining(["loki", "grafana"]));
    expect(containers).not.toContain("victorialogs");
    expect(stack.logStore).toMatchObject({ kind: "loki", url: "http://localhost:3100/" });
    expect(stack.proof).toMatchObject({ logStore: "loki", urls: { loki: "http://localhost:3100/" } });
  });

  it("is VictoriaLogs when it is asked for: hardened as all are, asked from outside, with its data on a volume", async () => {
    const { stack, containers } = await started({ logStore: "victorialogs", victorialogsPort: 9999 });
    expect(containers).toContain("victorialogs");
    expect(containers).not.toContain("loki");
    expect(stack.urls).toMatchObject({ victorialogs: "http://localhost:9999/" });
    expect(stack.urls).not.toHaveProperty("loki");
    const container = resource(types.container, "victorialogs-container");
    expect(container).toMatchObject({
      user: "65532:65532",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      memory: 256,
      envs: ["GOMEMLIMIT=230MiB"],
    });
    expect(container).not.toHaveProperty("ports");
    expect(resource(types.container, "door-container").ports).toContainEqual(
      expect.objectContaining({ internal: 9999, external: 9999, ip: "127.0.0.1" }),
    );
    expect(container.volumes).toEqual([
      { volumeName: "vigie-test-victorialogs-data", containerPath: "/tmp" },
      expect.objectContaining({ containerPath: "/run/secrets" }),
    ]);
    expect(resource(types.command, "victorialogs-ready").create).toContain(":9428/health ");
  });

  it("is told its share of the disk, and what only an operator may ask needs a generated key", async () => {
    await started({ logStore: "victorialogs", retention: { logs: "15d", disk: "12GiB" } });
    const { command } = resource(types.container, "victorialogs-container") as unknown as { command: string[] };
    expect(command).toContain("-retentionPeriod=15d");
    expect(command.join(" ")).toMatch(/-retention\.maxDiskSpaceUsageBytes=\d{4}MiB/);
    expect(command).toContain("-partitionManageAuthKey=file:///run/secrets/operator.key");
    expect(command.join(" ")).not.toContain("secret-of-");
    expect(JSON.stringify(resource(types.container, "victorialogs-secret-writer"))).toContain("operator.key");
  });

  it("gets the Collector's lines, is scraped, and has its own rules in the place of the other's", async () => {
    const { stack } = await started({ logStore: "victorialogs" });
    expect(textOf("collector-config")).toContain("http://vigie-test-victorialogs:9428/insert/opentelemetry");
    const prometheus = textOf("prometheus-config");
    expect(prometheus).toContain("vigie-test-victorialogs:9428");
    expect(prometheus).toContain("vl_rows_dropped_total");
    expect(prometheus).not.toContain("loki_");
    expect(stack.proof.ruleGroups).toContain("victorialogs.victorialogs");
    expect(stack.proof.ruleGroups).not.toContain("loki.loki");
    expect(stack.proof.datasources.map(({ uid }) => uid)).toEqual(["prometheus", "victorialogs", "jaeger"]);
  });

  it("gets Promtail's lines by Loki's protocol", async () => {
    await started({ logStore: "victorialogs", logAgent: "promtail", host: plain() });
    expect(textOf("promtail-config")).toContain("http://vigie-test-victorialogs:9428/insert/loki/api/v1/push");
  });
});

describe("where images are made on the machine", () => {
  it("VictoriaLogs keeps the logs, and there is no Grafana: no page, no rule, no link of an alert to one", async () => {
    const { stack, containers } = await started({}, { made: true });
    expect(containers).toContain("victorialogs");
    expect(containers).not.toContain("loki");
    expect(containers).not.toContain("grafana");
    expect(stack.grafana).toBeUndefined();
    expect(stack.urls).not.toHaveProperty("grafana");
    expect(stack.proof.datasources).toEqual([]);
    expect(stack.proof.ruleGroups).not.toContain("grafana.grafana");
    expect(textOf("prometheus-config")).not.toMatch(/dashboard_url|localhost:3000|grafana/i);
    expect(textOf("prometheus-config")).toContain("runbook_url");
  });

  it("what a mirror has, or has a reference of its own, is there", async () => {
    const { containers } = await started({}, { made: true, registryMirror: "mirror.example" });
    expect(containers).toEqual(expect.arrayContaining(["loki", "grafana"]));
    const own = await started({}, { made: true, overrides: { loki: "registry.example/loki:3.7.8" } });
    expect(own.containers).toContain("loki");
    expect(own.containers).not.toContain("grafana");
  });

  it("fails with all that is asked for and can't be had", async () => {
    const asked = { logStore: "loki", grafana: true, traceStore: "tempo" } as const;
    await expect(started(asked, { made: true })).rejects.toThrow(
      /- logStore: got "loki".*\n.*- grafana: got "true".*\n.*- traceStore: got "tempo"/,
    );
    await expect(started({ logAgent: "promtail", host: plain({ made: true }) })).rejects.toThrow(
      /logAgent: got "promtail"; allowed: collector, since Promtail's image can't be had here/,
    );
  });
});

describe("a store of logs that is declared wrongly", () => {
  it("fails with one that there is not", async () => {
    await expect(started({ logStore: "elasticsearch" as "loki" })).rejects.toThrow(
      /monitoring "monitoring" is refused:\n {2}- logStore: got "elasticsearch"; allowed: one of loki, victorialogs/,
    );
  });

  it("fails with one that there is not and, at once, with what can't be had beside it", async () => {
    const asked = { logStore: "elasticsearch" as "loki", grafana: true };
    await expect(started(asked, { made: true })).rejects.toThrow(
      /- logStore: got "elasticsearch".*\n.*- grafana: got "true"; allowed: false, since Grafana's image can't be had/,
    );
  });

  it("fails with a disk that it can't keep to: it keeps the day in which the retention ends", async () => {
    const retention = { metrics: "1d", logs: "1d", traces: "1d", disk: "900MiB" } as const;
    await expect(started({ logStore: "loki", retention })).resolves.toBeDefined();
    await expect(started({ logStore: "victorialogs", retention })).rejects.toThrow(
      /retention.disk: got "900MiB"; allowed: at least 1\.\d GiB/,
    );
  });

  it("fails with a retention that it can't hold", async () => {
    await expect(started({ logStore: "victorialogs", retention: { logs: "12h" } })).rejects.toThrow(
      /retention.logs: got "12h"; allowed: at least a day/,
    );
  });

  it("fails with a port that is taken", async () => {
    await expect(started({ logStore: "victorialogs", victorialogsPort: 9090 })).rejects.toThrow(
      /prometheusPort: got 9090|victorialogsPort: got 9090/,
    );
  });

  it("fails by itself with all that is wrong with it", async () => {
    const host = plain();
    expect(() => new library.VictoriaLogs("logs", { host, retention: "1h", disk: "2 GB" as "2GiB" })).toThrow(
      /retention: got "1h".*\n.*disk: got "2 GB"/,
    );
  });
});

/** A host without spans, for Promtail, which takes none. */
function plain(images: ImageSettings = {}) {
  return new library.LocalDockerHost("local", { checkMachine: false, images });
}
