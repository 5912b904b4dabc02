import { beforeAll, describe, expect, it } from "vitest";
import type { ServiceThresholds, StackThresholds } from "../../../components/index.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

/** The thresholds and owners of services, stores and the stack, as they reach Prometheus, under mocks. */
let library: typeof import("../../../components/index.ts");

interface Given {
  readonly service?: ServiceThresholds;
  readonly stack?: StackThresholds;
}

const declare = async ({ service = {}, stack = {} }: Given): Promise<void> => {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const image = { reference: "docker.example/shop:1" };
  const health = ["CMD", "true"];
  const spec = library.defineService({ name: "shop", image, port: 5000, health, owner: "films" });
  const shop = new library.InstrumentedService("shop", { host, spec, thresholds: service });
  const redis = new library.Redis("redis", {
    host,
    services: ["shop"],
    owner: "caches",
    thresholds: { RedisConnectionsHigh: { critical: 0.95 } },
  });
  new library.MonitoringStack("monitoring", { host, sources: [shop, redis], thresholds: stack });
  await settle();
};
const rulesOf = (file: string): string => {
  const [, text = ""] = String(resource(types.command, "prometheus-config").stdin).split(
    `#vigie-file: rules/${file}.yml`,
  );
  return text.split("#vigie-file:")[0] ?? "";
};

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("thresholds", () => {
  it("reach the alerts of a service, of a store and of the stack, each its own", async () => {
    const stack = { ContainerMemoryHigh: { critical: 0.97 }, HostDiskLow: { warning: 0.25 } };
    await declare({ service: { HttpSlowP95: { warning: 1 } }, stack });
    expect(rulesOf("shop.http")).toMatch(/p95_5m\{job="shop"\} > 1 and/);
    expect(rulesOf("redis.redis").match(/alert: RedisConnectionsHigh/g)).toHaveLength(2);
    expect(rulesOf("containers")).toMatch(/ratio > 0\.97[\s\S]*ratio > 0\.9\n/);
    expect(rulesOf("node.host")).toMatch(/available:ratio\{job="node"\} < 0\.25/);
  });

  it("fail as Pulumi's own error, before anything is declared", async () => {
    const wrong = { HttpSlowP95: { warning: -1 }, HttpSlowP96: { warning: 1 } };
    await expect(declare({ service: wrong })).rejects.toThrow(
      /service "shop" is refused:[\s\S]*thresholds\.HttpSlowP95\.warning: got -1[\s\S]*thresholds: got "HttpSlowP96"/,
    );
    expect(() => resource(types.container, "shop-1")).toThrow(/no /);
    const percent = { HostDiskLow: { warning: 25 }, RedisDown: { warning: 1 } };
    await expect(declare({ stack: percent })).rejects.toThrow(
      /monitoring "monitoring" is refused:[\s\S]*HostDiskLow\.warning: got 25[\s\S]*got "RedisDown"/,
    );
  });
});

describe("the owner of a service", () => {
  it("is told of its alerts, and of those that the stack has about it", async () => {
    await declare({});
    expect(rulesOf("shop.http")).toContain("owner: films");
    expect(rulesOf("redis.redis")).toContain("owner: caches");
    expect(rulesOf("prometheus.prometheus")).toContain("owner: platform");
    const target =
      '{{ if eq $labels.job "redis" }}caches{{ else if eq $labels.job "shop" }}films{{ else }}platform{{ end }}';
    expect(rulesOf("targets").replace(/\\?"/g, '"').replace(/\s+/g, " ")).toContain(target);
  });

  it("gets an address of Grafana's pages with each alert", async () => {
    await declare({});
    expect(rulesOf("shop.http")).toContain("http://localhost:3000/d/service-shop?from=now-1h&to=now");
  });
});
