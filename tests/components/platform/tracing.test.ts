import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defineService } from "../../../services/service.ts";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

/** Traces, as a host's `traceRatio` turns them on, under mocks. */
let library: typeof import("../../../components/index.ts");

const spec = defineService({
  name: "orders",
  image: { reference: "docker.io/shop/orders:1" },
  port: 3000,
  route: { pathPrefix: "/orders" },
  health: ["CMD", "true"],
});

const started = async (hostArgs: object, monitoringArgs: object = {}): Promise<string[]> => {
  registered.length = 0;
  const host = new library.LocalDockerHost("local", { checkMachine: false, ...hostArgs });
  const edge = new library.Traefik("edge", { host });
  const orders = new library.InstrumentedService("orders", { host, edge, spec });
  new library.MonitoringStack("monitoring", { host, sources: [edge, orders], ...monitoringArgs });
  await settle();
  return registered.filter(({ type }) => type === types.container).map(({ name }) => name);
};

const pager = { kind: "webhook", name: "pager", url: "http://pager.example/" } as const;
const notify = { critical: [pager], warning: [pager] };

const collectorConfig = () => {
  const stdin = String(resource(types.command, "collector-config").stdin);
  return parse(stdin.slice(stdin.indexOf("extensions:")));
};

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

describe("traces", () => {
  it("are not there when nothing is said", async () => {
    expect(await started({})).not.toContain("jaeger-container");
    expect(resource(types.container, "orders-1").envs).toEqual([]);
    expect(resource(types.container, "edge-container").command).not.toEqual(
      expect.arrayContaining([expect.stringContaining("--tracing")]),
    );
  });

  it("reach a service in OpenTelemetry's own variables", async () => {
    await started({ traceRatio: 0.25 });
    expect(resource(types.container, "orders-1").envs).toEqual([
      "OTEL_BSP_SCHEDULE_DELAY=1000",
      "OTEL_EXPORTER_OTLP_ENDPOINT=http://vigie-test-collector:4318",
      "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test",
      "OTEL_SERVICE_NAME=orders",
      "OTEL_TRACES_SAMPLER=always_on",
    ]);
  });

  it("begin at the edge", async () => {
    await started({ traceRatio: 0.25 });
    expect(resource(types.container, "edge-container").command).toEqual(
      expect.arrayContaining([
        "--tracing.otlp.http.endpoint=http://vigie-test-collector:4318/v1/traces",
        "--tracing.servicename=edge",
        "--tracing.samplerate=1",
      ]),
    );
  });

  it.each([0.01, 0.25, 1])(
    "are all made, and at a ratio of %d that part of the ordinary ones is kept",
    async (traceRatio) => {
      await started({ traceRatio });
      const { policies } = collectorConfig().processors.tail_sampling;
      expect(policies.at(-1)).toEqual({
        name: "others",
        type: "probabilistic",
        probabilistic: { sampling_percentage: traceRatio * 100 },
      });
      expect(policies.map(({ name }: { name: string }) => name)).toEqual(["failed", "slow", "asked", "others"]);
    },
  );

  it("are slow by what users were promised, and for the edge by the slowest promise behind it", async () => {
    const objective = { latency: { quantile: 0.95, under: "2500ms" }, expectedRate: "5/s" };
    const policies = [
      { name: "orders", services: ["orders"], objective, notify },
      { name: "everything", notify },
    ];
    await started({ traceRatio: 0.1 }, { policies });
    const slow = collectorConfig().processors.tail_sampling.policies[1].ottl_condition.span;
    expect(slow).toHaveLength(3);
    expect(slow[0]).toMatch(/service.name"] == "orders" and .* > 2500000000$/);
    expect(slow[1]).toMatch(/service.name"] == "edge" and .* > 2500000000$/);
    expect(slow[2]).toMatch(/ > 500000000 and .* != "orders" and .* != "edge"$/);
  });

  it("go through the Collector to Jaeger, which Grafana asks and Prometheus watches", async () => {
    expect(await started({ traceRatio: 1 })).toContain("jaeger-container");
    expect(resource(types.command, "collector-config").stdin).toContain("vigie-test-jaeger:4317");
    expect(resource(types.command, "grafana-config").stdin).toContain("http://vigie-test-jaeger:16686");
    expect(resource(types.command, "prometheus-config").stdin).toContain("vigie-test-jaeger:8888");
    expect(resource(types.command, "prometheus-config").stdin).toContain("vigie-test-collector:8889");
    expect(resource(types.container, "jaeger-container")).toMatchObject({
      user: "10001:10001",
      readOnly: true,
      capabilities: { drops: ["ALL"] },
    });
  });

  it("go to Tempo in Jaeger's place, where that is asked for", async () => {
    const names = await started({ traceRatio: 1 }, { traceStore: "tempo" });
    expect(names).toContain("tempo-container");
    expect(names).not.toContain("jaeger-container");
    expect(resource(types.command, "collector-config").stdin).toContain("vigie-test-tempo:4317");
    expect(resource(types.command, "grafana-config").stdin).toContain("http://vigie-test-tempo:3200");
    expect(resource(types.command, "grafana-dashboards").stdin).toContain("tempo_datasource");
    expect(resource(types.command, "prometheus-config").stdin).toContain("vigie-test-tempo:3200");
    expect(resource(types.container, "tempo-container")).toMatchObject({
      user: "10001:10001",
      readOnly: true,
      command: ["-config.file=/etc/tempo/tempo.yml"],
    });
  });

  it("fails with what keeps no traces", async () => {
    await expect(started({ traceRatio: 1 }, { traceStore: "zipkin" })).rejects.toThrow(
      /traceStore: got "zipkin"; allowed: one of jaeger, tempo/,
    );
  });

  it("fails with a part that is none", async () => {
    await expect(started({ traceRatio: 10 })).rejects.toThrow(/traceRatio: got 10; allowed: a number from 0 to 1/);
  });

  it("fails with Promtail, which takes no spans", async () => {
    await expect(started({ traceRatio: 1 }, { logAgent: "promtail" })).rejects.toThrow(
      /logAgent: got "promtail"; allowed: collector, since programs on host "local" make spans/,
    );
  });
});
