import { beforeAll, describe, expect, it } from "vitest";
import type { MonitoringStackArgs } from "../../../components/index.ts";
import { registered, settle, startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let planMonitoring: typeof import("../../../components/monitoring/monitoring-plan.ts").planMonitoring;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
  ({ planMonitoring } = await import("../../../components/monitoring/monitoring-plan.ts"));
});

const source = (job: string) => ({ signals: { scrapeJobs: [{ job, targets: [`${job}-1:5000`] }] } });
const pager = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" } as const;
const all = { name: "all", notify: { critical: [pager], warning: [pager] } };
const host = (name = "local", traceRatio = 0) =>
  new library.LocalDockerHost(name, { checkMachine: false, bindAddress: "0.0.0.0", traceRatio });

type More = Partial<Omit<MonitoringStackArgs, "host" | "sources">> & { readonly traceRatio?: number };
const argsOf = ({ traceRatio, ...more }: More = {}): MonitoringStackArgs => ({
  host: host("local", traceRatio),
  sources: [source("shop")],
  logStore: "loki",
  grafana: false,
  ...more,
});

describe("the plan of a monitoring", () => {
  it.each<[string, More, readonly string[]]>([
    ["the least", {}, ["loki", "blackbox", "collector", "node", "containers", "prometheus"]],
    [
      "VictoriaLogs, Promtail, a Grafana",
      { logStore: "victorialogs", logAgent: "promtail", grafana: true },
      ["victorialogs", "blackbox", "promtail", "node", "containers", "grafana", "prometheus"],
    ],
    [
      "spans, a portal, and somebody who is told",
      { traceRatio: 1, portal: {}, policies: [all] },
      [
        "alertmanager",
        "portal",
        "loki",
        "blackbox",
        "collector",
        "node",
        "containers",
        "jaeger",
        "spans",
        "prometheus",
      ],
    ],
  ])("has jobs for what is made, and for nothing else: %s", async (_, more, own) => {
    const args = argsOf(more);
    const plan = planMonitoring("monitoring", args);
    expect(plan.watches).toEqual([{ by: "prometheus", host: "local", own, sources: ["shop"], probes: [] }]);
    const { drills, proof } = new library.MonitoringStack("monitoring", args);
    expect(drills).toBeDefined();
    expect(Object.keys(proof.jobs).sort()).toEqual([...own, "shop"].sort());
    await settle();
  });

  it("says who watches the other hosts, and who has alerts", () => {
    const plan = planMonitoring(
      "monitoring",
      argsOf({ elsewhere: [{ host: host("web"), sources: [source("till")] }], gatewayAddress: "192.0.2.1" }),
    );
    expect(plan.watches.map(({ by, host: on }) => `${by} on ${on}`)).toEqual([
      "prometheus on local",
      "web-prometheus on web",
    ]);
    expect(plan.watches[1]).toMatchObject({
      own: ["web-blackbox", "web-collector", "web-node", "web-containers", "web-prometheus"],
      sources: ["till"],
    });
    expect(plan.services).toEqual(
      expect.arrayContaining(["monitoring", "gateway", "web-node", "till", "shop", "node"]),
    );
    expect(plan.services).not.toContain("alertmanager");
  });

  it("makes nothing", async () => {
    const args = argsOf({ policies: [all] });
    await settle();
    const before = registered.length;
    planMonitoring("monitoring", args);
    await settle();
    expect(registered.length).toBe(before);
  });

  it("divides the disk among the stores", () => {
    const of = (more: More) => planMonitoring("monitoring", argsOf(more)).retention;
    expect(of({ retention: { logs: "3d" } }).logs.retention).toBe("3d");
    expect(of({}).logs.retention).toBe("15d");
    expect(of({ traceRatio: 1 }).logs.disk).not.toBe(of({}).logs.disk);
  });

  it("has the rules of Prometheus and Grafana once, for them and for the dashboards", () => {
    const { own, standard } = planMonitoring("monitoring", argsOf({ grafana: true }));
    expect(own.prometheus.ruleGroups?.map(({ name }) => name)).toEqual(["prometheus.prometheus"]);
    expect(own.grafana?.ruleGroups?.map(({ name }) => name)).toEqual(["grafana.grafana"]);
    expect(standard.ruleGroups?.map(({ name }) => name)).toEqual([
      "targets",
      "containers",
      "probes",
      "alerting",
      "logs",
    ]);
  });
});
