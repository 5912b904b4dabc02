import { beforeAll, describe, expect, it } from "vitest";
import type { Traefik } from "../../../components/index.ts";
import { resource, settle, startMocks, types } from "../recorder.ts";

let edge: Traefik;

describe("BlackboxExporter", () => {
  beforeAll(async () => {
    await startMocks();
    const { BlackboxExporter, InstrumentedService, LocalDockerHost, Prometheus, StaticSite, Traefik } = await import(
      "../../../components/index.ts"
    );
    const { recommender: spec } = await import("../../../services/storefront/recommender.ts");
    const { frontendImage } = await import("../../../services/storefront/frontend.ts");
    const host = new LocalDockerHost("local", { checkMachine: false });
    edge = new Traefik("edge", { host });
    const blackbox = new BlackboxExporter("blackbox", { host });
    const recommender = new InstrumentedService("recommender", { host, edge, spec });
    new StaticSite("docs", { host, edge, image: frontendImage, route: { pathPrefix: "/", hostname: "docs.example" } });
    const signals = [edge, blackbox, recommender].map((source) => source.signals);
    new Prometheus("prometheus", { host, signals, blackbox: blackbox.address });
    await settle();
  });

  it("is asked by Prometheus for every route, through the edge", () => {
    const { stdin } = resource(types.command, "prometheus-config") as { stdin: string };
    expect(stdin).toContain("http://vigie-test-edge:8000/api/recommendations?film_id=1&limit=1");
    expect(stdin).toContain("__param_hostname: docs.example");
    expect(stdin).toContain("replacement: vigie-test-blackbox:9115");
    expect(stdin).toContain("job_name: blackbox");
  });

  it("reaches the edge among what is scraped, and no store of the monitoring", () => {
    const networks = (name: string) =>
      (resource(types.container, name).networksAdvanced as { name: string }[]).map((network) => network.name);
    expect(networks("blackbox-container")).toEqual(["vigie-test-metrics"]);
    expect(networks("edge-container")).toContain("vigie-test-metrics");
  });

  it("has its configuration checked by itself before it lands", () => {
    expect(resource(types.command, "blackbox-config").create).toContain("--config.check");
  });

  it("knows a route that is added later", () => {
    const before = edge.signals.probes?.length ?? 0;
    const route = { name: "later", pathPrefix: "/later", servers: ["later:1"], readyPath: "/" };
    edge.addRoute(route, edge, []);
    expect(edge.signals.probes).toHaveLength(before + 1);
  });
});
