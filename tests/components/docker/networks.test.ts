import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Receiver } from "../../../signals/receivers/index.ts";
import { declared } from "../program.ts";
import { forget, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
afterEach(forget);

const makeHost = (name: string) => new library.LocalDockerHost(name, { checkMachine: false, traceRatio: 0.1 });
const networksOf = (name: string) =>
  (resource(types.container, name).networksAdvanced as readonly { name: string }[]).map(({ name: network }) =>
    network.replace("vigie-test-", ""),
  );

describe("a way out of the host", () => {
  it("has in the stack dev the edge, and the door by which the pages are published; nobody else", async () => {
    const { networks } = await declared({ logStore: "victorialogs", grafana: false });
    const { edge, "outside-door": outside } = networks.local ?? {};
    expect({ edge, outside }).toEqual({ edge: ["edge"], outside: ["door"] });
    const internal = registered
      .filter(({ type }) => type === types.network)
      .map(({ inputs }) => [`${inputs.name}`.replace(/^\w+-\w+-/, ""), inputs.internal]);
    expect(internal.filter(([, inside]) => inside !== true).map(([role]) => role)).toEqual(["edge", "outside-door"]);
    expect(internal.length).toBeGreaterThan(8);
  });

  it("is shared by no two components: their names would have its addresses, and one would reach all of the other", async () => {
    const { networks } = await declared({
      mailTo: "team@shop.example",
      mailFrom: "a@b.example",
      mailServer: "mail.example:25",
    });
    const ways = Object.entries(networks.local ?? {}).filter(([role]) => role.startsWith("outside-"));
    expect(ways.map(([role]) => role)).toContain("outside-alertmanager");
    for (const [role, containers] of ways) {
      const component = role.replace("outside-", "");
      const others = containers.filter((name) => name.replace(/-\d+$/, "") !== component);
      expect.soft(others, role).toEqual([]);
    }
  });

  it.each<[string, Receiver, boolean]>([
    ["a webhook elsewhere", { kind: "webhook", name: "team", url: "https://hooks.shop.example/1" }, true],
    ["an address that a secret says", { kind: "webhook", name: "team", urlFile: "/run/secrets/team" }, true],
    ["a program of the stack", { kind: "webhook", name: "team", url: "http://vigie-test-notices-1:8026/" }, false],
  ])("has Alertmanager that tells %s: %s", async (name, receiver, out) => {
    const host = makeHost(name.replaceAll(" ", "-"));
    const secrets = "urlFile" in receiver ? { team: "https://hooks.shop.example/1" } : {};
    new library.Alertmanager("alertmanager", {
      host,
      secrets,
      policies: [{ name: "all", notify: { critical: [receiver], warning: "nobody" } }],
    });
    await settle();
    for (const instance of ["alertmanager-1-container", "alertmanager-2-container"])
      expect(networksOf(instance)).toEqual(["observability", "notify", ...(out ? ["outside-alertmanager"] : [])]);
  });

  it("has what asks something outside: a service that says so, the prober of a page, a Prometheus", async () => {
    const host = makeHost("asking");
    const spec = library.defineService({
      name: "pay",
      image: { reference: "shop.example/pay:1" },
      port: 5000,
      health: ["CMD", "true"],
      outside: ["https://pay.example"],
    });
    new library.InstrumentedService("pay", { host, spec });
    const probe = { name: "partner", url: "https://partner.example/" };
    new library.BlackboxExporter("blackbox", { host, asks: [{ scrapeJobs: [], probes: [probe] }] });
    const scrapeJobs = [{ job: "router", targets: ["192.0.2.1:9100"] }];
    new library.Prometheus("prometheus", { host, signals: [{ scrapeJobs }] });
    await settle();
    expect(networksOf("pay-1")).toEqual(["metrics", "telemetry", "services", "outside-pay"]);
    expect(networksOf("blackbox-container")).toEqual(["metrics", "outside-blackbox"]);
    expect(networksOf("prometheus-container")).toEqual(["observability", "metrics", "outside-prometheus"]);
    expect(host.paths.flows).toContainEqual({
      from: "pay-1",
      to: "pay.example",
      port: 443,
      why: "asks outside of the host",
    });
    // Name servers are asked there for what Docker does not know, as always.
    expect(resource(types.container, "pay-1")).not.toHaveProperty("dnsOpts");
  });
});

describe("who has no way out", () => {
  it("asks no name server for names without a dot: Docker would wait ten seconds for each", async () => {
    const host = makeHost("names");
    const redis = new library.Redis("redis", { host, services: ["shop"] });
    const spec = library.defineService({
      name: "shop",
      image: { reference: "shop.example/shop:1" },
      port: 5000,
      health: ["CMD", "true"],
    });
    new library.InstrumentedService("shop", { host, spec, uses: [redis] });
    await settle();
    const own = { dnsOpts: ["ndots:1"], dnsSearches: ["."] };
    for (const name of ["redis-exporter-container", "shop-1"])
      expect.soft(resource(types.container, name)).toMatchObject(own);
    // It asks nobody: a stack from before keeps its container, and so its connections.
    expect(resource(types.container, "redis-container")).not.toHaveProperty("dnsOpts");
  });
});
