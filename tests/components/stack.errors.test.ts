import * as pulumi from "@pulumi/pulumi";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost as Host } from "../../components/index.ts";
import { defineService } from "../../services/service.ts";
import { startMocks } from "./recorder.ts";

let library: typeof import("../../components/index.ts");
let host: Host;

const spec = defineService({
  name: "shop",
  image: { reference: "docker.io/library/shop:1" },
  port: 5000,
  route: { pathPrefix: "/shop" },
  health: ["CMD", "true"],
  secretFiles: ["payment-key"],
});

beforeAll(async () => {
  await startMocks();
  library = await import("../../components/index.ts");
});

beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false });
});

describe("a declaration that contradicts itself", () => {
  it("fails when two services have one name", () => {
    const secrets = { "payment-key": "x" };
    const edge = new library.Traefik("edge", { host });
    new library.InstrumentedService("one", { host, edge, spec, secrets });
    expect(() => new library.InstrumentedService("two", { host, edge, spec, secrets })).toThrow(
      /service "shop" is refused:\n {2}- name: got "shop".*rename one of the two/,
    );
  });

  it("fails when a secret is missing, and says how to set it", () => {
    const edge = new library.Traefik("edge", { host });
    expect(() => new library.InstrumentedService("shop", { host, edge, spec })).toThrow(
      /secrets\.payment-key: got nothing.*pulumi config set --secret shop-payment-key/,
    );
  });

  it("fails with all problems at once", () => {
    expect(() => new library.InstrumentedService("shop", { host, spec, replicas: 0, secrets: { other: "x" } })).toThrow(
      /replicas: got 0[\s\S]*edge: got nothing[\s\S]*secrets\.payment-key[\s\S]*secrets\.other: got "\(not shown\)"/,
    );
  });

  it("fails when two services have one route", () => {
    const edge = new library.Traefik("edge", { host });
    const secrets = { "payment-key": "x" };
    new library.InstrumentedService("one", { host, edge, spec, secrets });
    const other = { ...spec, name: "other" };
    expect(() => new library.InstrumentedService("two", { host, edge, spec: other, secrets })).toThrow(
      /route: got "any host \/shop".*Service "shop" has it already/,
    );
  });

  it.each(["/shop/", "/shop"])("fails when two services have one route, spelled %s", (pathPrefix) => {
    const edge = new library.Traefik("edge", { host });
    const secrets = { "payment-key": "x" };
    new library.InstrumentedService("one", { host, edge, spec, secrets });
    const other = { ...spec, name: "other", route: { pathPrefix } };
    expect(() => new library.InstrumentedService("two", { host, edge, spec: other, secrets })).toThrow(
      /route: got "any host \/shop\/?".*Service "shop" has it already/,
    );
  });

  it("fails when a component's name is none of a container", () => {
    expect(() => new library.Traefik("Edge One", { host })).toThrow(
      /edge "Edge One" is refused:\n {2}- name: got "Edge One"; allowed: small letters, digits and -/,
    );
  });

  it("fails with what is wrong with a host", () => {
    const args = { bindAddress: "999.1.1.1", dataRoot: "docker", traceRatio: 3, checkMachine: false };
    expect(() => new library.LocalDockerHost("other", args)).toThrow(
      /bindAddress: got "999\.1\.1\.1"[\s\S]*dataRoot: got "docker"[\s\S]*traceRatio: got 3/,
    );
  });

  it("fails when one port is taken by two components", () => {
    new library.Traefik("edge", { host, dashboardPort: 9090 });
    expect(() => new library.MonitoringStack("monitoring", { host, sources: [] })).toThrow(
      /prometheusPort: got 9090.*dashboardPort of edge has it already/,
    );
  });

  it("fails when two sources have one job", () => {
    const source = { signals: { scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }] } };
    expect(() => new library.MonitoringStack("monitoring", { host, sources: [source, source] })).toThrow(
      /scrapeJobs: got "shop"; allowed: each job once/,
    );
  });

  it("fails when more is to be kept than the disk that is given to it, or that there is", () => {
    const stack = (retention: object, dataDisk?: { readonly size: number; readonly free: number }) => {
      Object.assign(host, { dataDisk });
      return () => new library.MonitoringStack("monitoring", { host, sources: [], scrapeInterval: "5s", retention });
    };
    expect(stack({ logs: "1h", disk: "8" })).toThrow(/retention\.logs: got "1h"[\s\S]*retention\.disk: got "8"/);
    expect(stack({ metrics: "30d" })).toThrow(
      /retention\.disk: got "10GiB"; allowed: at least .*20000 series every 5s/,
    );
    const dataDisk = { size: 20 * 1024 ** 3, free: 15 * 1024 ** 3 };
    expect(stack({ disk: "20GiB" }, dataDisk)).toThrow(/retention\.disk: got "20GiB"; allowed: at most 17\.0 GiB/);
    expect(stack({ disk: "16GiB" }, dataDisk)).toThrow(
      /retention\.disk: got "16GiB"; allowed: at most 12\.0 GiB: what/,
    );
  });

  it("fails when the scrapes are too rare for the pace, by default or as they are given", () => {
    const stack = (scrapeInterval?: string) => () =>
      new library.MonitoringStack("monitoring", {
        host,
        sources: [],
        pace: "instant",
        ...(scrapeInterval === undefined ? {} : { scrapeInterval }),
      });
    const said =
      /scrapeInterval: got "15s"; allowed: at most 2s at the pace instant.*Set it to "2s", or take another `pace`/;
    expect(stack()).toThrow(said);
    expect(stack("3s")).toThrow(/scrapeInterval: got "3s"/);
  });

  it("fails when a receiver's secret is not given, and says how to give it", () => {
    const pager = { kind: "webhook", name: "pager", urlFile: "/run/secrets/pager-url" } as const;
    const policies = [{ name: "all", notify: { critical: [pager], warning: [pager] } }];
    const receiverSecrets = { other: "x" };
    expect(() => new library.MonitoringStack("monitoring", { host, sources: [], policies, receiverSecrets })).toThrow(
      /receivers\.pager\.urlFile: got "\/run\/secrets\/pager-url"; allowed: one of \/run\/secrets\/other.*`receiverSecrets: \{ "pager-url"/,
    );
  });

  it("fails with all that is wrong with a monitoring, whichever part of it would refuse it, at once", () => {
    const pager = { kind: "webhook", name: "pager", url: "nonsense" } as const;
    const nights = { name: "nights", from: "22:00", to: "07:00" };
    const evenings = { name: "evenings", from: "20:00", to: "23:00" };
    const policy = {
      name: "shop",
      services: ["shpo"],
      notify: { critical: [], warning: [{ to: pager, except: [nights, evenings] }] },
      objective: { availability: 100, latency: { quantile: 95, under: "1s" }, expectedRate: "5/s" },
    } as const;
    const source = { signals: { scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }] } };
    const args = {
      host,
      sources: [source],
      policies: [policy],
      retention: { metrics: "365d", disk: "1GiB" },
      thresholds: { HostDiskLow: { warning: 20 } },
      logAgent: "fluentd",
      traceStore: "zipkin",
      pace: "quick",
      scrapeInterval: "5 s",
    };
    let said = "";
    try {
      // @ts-expect-error names that do not exist do not compile
      new library.MonitoringStack("monitoring", args);
    } catch (error) {
      said = String(error);
    }
    const properties = [...said.matchAll(/^ {2}- (\S+): got /gm)].map(([, property]) => property);
    expect(properties).toEqual([
      "logAgent",
      "traceStore",
      "scrapeInterval",
      "pace",
      "thresholds.HostDiskLow.warning",
      "retention.disk",
      "policies.shop.services",
      "policies.shop.notify.critical",
      "policies.shop.notify.warning.pager.except",
      "policies",
      "receivers.pager.url",
      "policies.shop.objective.availability",
      "policies.shop.objective.latency.quantile",
    ]);
  });

  it("fails when a secret stands open in the stack's file", () => {
    pulumi.runtime.setAllConfig({ "vigie:webhookUrl": "https://pager.example/key" }, []);
    expect(() => library.readSettings()).toThrow(
      /vigie:webhookUrl: got "\(not shown\)"; allowed: a secret.*pulumi config set --secret vigie:webhookUrl/,
    );
    pulumi.runtime.setAllConfig({}, []);
  });

  it("fails when a service uses a store that has no database for it", () => {
    const edge = new library.Traefik("edge", { host });
    const postgres = new library.Postgres("postgres", { host, databases: ["catalog"] });
    const args = { host, edge, spec, uses: [postgres], secrets: { "payment-key": "x" } };
    expect(() => new library.InstrumentedService("shop", args)).toThrow(/Add "shop" to `databases` of "postgres"/);
  });

  it("fails when a base image is not in the catalogue", () => {
    const wrong = { ...spec, image: { context: ".", sources: [], bases: { BASE: { image: "pythno" } } } };
    const edge = new library.Traefik("edge", { host });
    const secrets = { "payment-key": "x" };
    expect(() => new library.InstrumentedService("shop", { host, edge, spec: wrong, secrets })).toThrow(
      /image\.bases\.BASE\.image: got "pythno"; allowed: one of prometheus/,
    );
  });

  it("fails when Docker does not answer, with the fix", () => {
    expect(() => new library.LocalDockerHost("other", { dockerHost: "unix:///nowhere.sock" })).toThrow(
      /dockerHost: got "unix:\/\/\/nowhere.sock".*Start Docker/,
    );
  });

  it("fails when the address of Docker is of another kind", () => {
    expect(() => new library.LocalDockerHost("other", { dockerHost: "ssh://me@there" })).toThrow(/unix:\/\/<socket>/);
  });
});
