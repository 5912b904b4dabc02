import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { LocalDockerHost, MonitoringStack } from "../../../components/index.ts";
import { forget, manners, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let host: LocalDockerHost;
let first: MonitoringStack;
let second: MonitoringStack;

const pager = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" } as const;
const policies = [{ name: "all", notify: { critical: [pager], warning: [pager] } }];
const source = (job: string) => ({ signals: { scrapeJobs: [{ job, targets: [`${job}-1:5000`] }] } });
const SECOND = {
  logStore: "loki",
  grafana: true,
  prometheusPort: 19_090,
  alertmanagerPort: 19_093,
  grafanaPort: 13_000,
  lokiPort: 13_100,
  portal: { port: 18_088 },
} as const;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
  forget();
  host = new library.LocalDockerHost("local", { checkMachine: false, traceRatio: 1 });
  const parts = { logStore: "loki", grafana: true, portal: {} } as const;
  first = new library.MonitoringStack("monitoring", { host, sources: [source("shop")], policies, ...parts });
  second = new library.MonitoringStack("second", { host, sources: [source("till")], policies, ...SECOND });
  await settle();
});

const urnOf = ({ type, name }: { type: string; name: string }) =>
  `${manners.parents.get(`${type} ${name}`)} ${type} ${name}`;
const running = () =>
  registered
    .filter(({ type, inputs }) => type === types.container && inputs.start !== false)
    .map(({ inputs }) => inputs);
const landed = (name: string, file: string) => {
  const text = String(resource(types.command, name).stdin);
  const part = text.split("#vigie-file: ").find((one) => one.startsWith(`${file}\n`)) ?? "";
  return parse(part.slice(file.length));
};
const jobs = (prometheus: string) =>
  landed(`${prometheus}-config`, "prometheus.yml").scrape_configs.map(({ job_name }: { job_name: string }) => job_name);

describe("two monitoring stacks in one program", () => {
  it("have no resource, no container and no port in common", () => {
    const names = registered.map(urnOf);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    const containers = running().map(({ name }) => name);
    expect(containers.filter((name, index) => containers.indexOf(name) < index)).toEqual([]);
    const ports = running().flatMap(({ ports: all = [] }) =>
      (all as { external: number }[]).map(({ external }) => external),
    );
    expect(ports.filter((port, index) => ports.indexOf(port) < index)).toEqual([]);
  });

  it("call the parts of the stack `monitoring` as ever, and those of the other by its name", () => {
    const names = running().map(({ name }) => String(name));
    const own = [
      "prometheus",
      "alertmanager-1",
      "alertmanager-2",
      "grafana",
      "loki",
      "portal",
      "blackbox",
      "collector",
    ];
    for (const part of [...own, "node", "containers", "door"]) {
      expect(
        names.filter((name) => name.endsWith(`-${part}`)),
        part,
      ).toHaveLength(2);
      expect(
        registered.some(({ name }) => name === `${part}-container`),
        part,
      ).toBe(true);
      expect(
        registered.some(({ name }) => name === `second-${part}-container`),
        part,
      ).toBe(true);
    }
  });

  it("each scrape their own parts and sources, and send alerts to their own Alertmanagers", () => {
    expect(jobs("prometheus")).toEqual(expect.arrayContaining(["prometheus", "loki", "grafana", "shop"]));
    expect(jobs("prometheus").filter((job: string) => /second|till/.test(job))).toEqual([]);
    expect(jobs("second-prometheus")).toEqual(
      expect.arrayContaining(["second-prometheus", "second-loki", "second-grafana", "second-node", "till"]),
    );
    expect(jobs("second-prometheus").filter((job: string) => !/^second-|^till$/.test(job))).toEqual([]);
    const { alerting } = landed("second-prometheus-config", "prometheus.yml");
    expect(JSON.stringify(alerting)).toMatch(/second-alertmanager-1:9093.*second-alertmanager-2:9093/);
  });

  it("have the spans of the host in one of them: its programs send to one Collector", () => {
    expect(first.traceStore?.kind).toBe("jaeger");
    expect(second.traceStore).toBeUndefined();
  });

  it("have pages of their own, each behind its own door", () => {
    expect(second.urls).toMatchObject({ prometheus: "http://localhost:19090/", grafana: "http://localhost:13000/" });
    const door = (name: string) =>
      (resource(types.container, `${name}-container`).ports as { external: number }[]).map(({ external }) => external);
    expect(door("second-door")).toEqual(expect.arrayContaining([19_090, 19_093, 13_000, 13_100, 18_088]));
    expect(door("door")).not.toContain(19_090);
    expect(door("door")).toContain(9090);
  });

  it("try the alerts of each at its own parts", () => {
    const drills = JSON.stringify(second.drills);
    expect(drills).toContain('"second-prometheus"');
    expect(drills.match(/"(job|component|service)":"(prometheus|alertmanager|node|collector|loki)"/g) ?? []).toEqual(
      [],
    );
  });

  it("take names that somebody else chose", () => {
    const { names } = { names: running().map(({ name }) => name) };
    expect(names).not.toContain("vigie-test-third-prometheus");
    const other = new library.LocalDockerHost("other", { checkMachine: false });
    const third = new library.MonitoringStack("third", {
      host: other,
      prefix: "watch-",
      sources: [],
      logStore: "loki",
    });
    expect(third.logStore.signals.scrapeJobs[0]?.job).toBe("watch-loki");
  });

  it.each<[string, object, RegExp]>([
    ["The Second", {}, /- name: got "The Second"; allowed: small letters.*`prefix`/],
    ["third", { prefix: "Watch " }, /- prefix: got "Watch "; allowed: nothing, or small letters/],
    ["third", { prefix: "1-" }, /- prefix: got "1-"/],
    // It has the ports of the first one.
    ["third", {}, /- lokiPort: got 3100;.*[\s\S]*- prometheusPort: got 9090;.*port of prometheus has it already/],
  ])("fails with the name %s and %o", (name, more, message) => {
    expect(() => new library.MonitoringStack(name, { host, sources: [], logStore: "loki", ...more })).toThrow(message);
  });
});
