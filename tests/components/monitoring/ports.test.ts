import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost as Host } from "../../../components/index.ts";
import { startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let host: Host;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false, bindAddress: "0.0.0.0" });
  host.claimPorts([{ port: 3999, property: "httpPort", by: "other" }]);
});

const pager = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" } as const;
const all = { name: "all", notify: { critical: [pager], warning: [pager] } };

/** Each part that has a port, and how its stack calls that. */
const PARTS: readonly [string, string, (port: number) => unknown, object][] = [
  ["Loki", "lokiPort", (port) => new library.Loki("one", { host, port }), { logStore: "loki" }],
  [
    "VictoriaLogs",
    "victorialogsPort",
    (port) => new library.VictoriaLogs("one", { host, port }),
    { logStore: "victorialogs" },
  ],
  ["Jaeger", "jaegerPort", (port) => new library.Jaeger("one", { host, port }), { traced: true }],
  ["Tempo", "tempoPort", (port) => new library.Tempo("one", { host, port }), { traced: true, traceStore: "tempo" }],
  [
    "Grafana",
    "grafanaPort",
    (port) => new library.Grafana("one", { host, port, prometheus: "prometheus:9090", dashboards: [] }),
    { grafana: true },
  ],
  ["Prometheus", "prometheusPort", (port) => new library.Prometheus("one", { host, port, signals: [] }), {}],
  [
    "Alertmanager",
    "alertmanagerPort",
    (port) => new library.Alertmanager("one", { host, port, policies: [all] }),
    { policies: [all] },
  ],
  [
    "Gateway",
    "gatewayPort",
    (port) => new library.Gateway("one", { host, port, address: "192.0.2.1", clients: ["web"], routes: [] }),
    { gatewayAddress: "192.0.2.1", elsewhere: true },
  ],
];

/** Declares a stack with one of its ports set. */
function stack(property: string, port: number, { traced, elsewhere, ...more }: { traced?: true; elsewhere?: true }) {
  if (traced) Object.assign(host, { tracing: { collector: host.instance("collector"), ratio: 1 } });
  const web = elsewhere && new library.LocalDockerHost("web", { checkMachine: false });
  return new library.MonitoringStack("monitoring", {
    host,
    sources: [],
    ...more,
    ...(web === undefined ? {} : { elsewhere: [{ host: web, sources: [] }] }),
    [property]: port,
  });
}

describe.each(PARTS)("the port of %s", (_, property, alone, settings) => {
  it.each([0, 65_536, 1.5])("fails by the name that whoever makes it gave it: %d", (port) => {
    expect(() => alone(port)).toThrow(`- port: got ${port}; allowed: a whole number from 1 to 65535`);
    expect(() => stack(property, port, settings)).toThrow(`- ${property}: got ${port}; allowed: a whole number`);
  });

  it("fails where another has it", () => {
    expect(() => alone(3999)).toThrow(/- port: got 3999;.*httpPort of other has it already/);
    expect(() => stack(property, 3999, settings)).toThrow(
      new RegExp(`- ${property}: got 3999;.*httpPort of other has it already`),
    );
  });

  it.each([1, 3998, 65_535])("may be %d", (port) => {
    expect(() => alone(port)).not.toThrow();
  });
});

it("fails with all ports of a stack at once, before anything is made", () => {
  const ports = { prometheusPort: 0, lokiPort: 3999, grafanaPort: 70_000, portal: { port: -1 } };
  const declare = () =>
    new library.MonitoringStack("monitoring", { host, sources: [], logStore: "loki", grafana: true, ...ports });
  expect(declare).toThrow(
    /lokiPort: got 3999[\s\S]*grafanaPort: got 70000[\s\S]*prometheusPort: got 0[\s\S]*portal\.port: got -1/,
  );
  expect(() => host.claimName("prometheus", "Prometheus")).not.toThrow();
});
