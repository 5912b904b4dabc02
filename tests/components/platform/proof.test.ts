import { beforeAll, describe, expect, it } from "vitest";
import type { Proof } from "../../../signals/proof.ts";
import { settle, startMocks } from "../recorder.ts";

/** What `npm run verify` is told of a deployment, under mocks. */
describe("the proof of a monitoring stack", () => {
  let proof: Proof;

  beforeAll(async () => {
    await startMocks();
    const library = await import("../../../components/index.ts");
    const { catalog } = await import("../../../services/storefront/catalog.ts");
    const { orders } = await import("../../../services/storefront/orders.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false, traceRatio: 1 });
    const edge = new library.Traefik("edge", { host, httpPort: 8000, httpsPort: 8443 });
    const postgres = new library.Postgres("postgres", { host, databases: ["catalog", "orders"] });
    const cache = new library.Redis("cache", { host, services: [] });
    const services = [
      new library.InstrumentedService("catalog", { host, edge, spec: { ...catalog, traced: false }, uses: [postgres] }),
      new library.InstrumentedService("orders", { host, edge, spec: orders, uses: [postgres] }),
    ];
    const inbox = new library.Inbox("inbox", { host });
    const monitoring = new library.MonitoringStack("monitoring", {
      host,
      sources: [edge, postgres, cache, ...services],
      policies: [{ name: "everything", notify: { critical: inbox.receivers, warning: inbox.receivers } }],
      arrivals: inbox.arrivals,
      pace: "fast",
    });
    await settle();
    proof = monitoring.proof;
  });

  it("says where everything is", () => {
    expect(proof).toMatchObject({
      ...{ stack: "vigie/test", prefix: "vigie-test-", pace: "fast" },
      ...{ scrapeSeconds: 15, noticeSeconds: 17.5 },
    });
    expect(proof.urls).toEqual({
      prometheus: "http://localhost:9090/",
      grafana: "http://localhost:3000/",
      loki: "http://localhost:3100/",
      jaeger: "http://localhost:16686/",
      alertmanager: "http://localhost:9093/",
    });
    expect(proof.datasources.map(({ uid }) => uid)).toEqual(["prometheus", "loki", "jaeger"]);
    expect(proof.secured).toEqual(["https://localhost:8443/"]);
  });

  it("has a request for each route that changes nothing", () => {
    expect(proof.routes).toEqual([
      { name: "catalog", service: "catalog", edge: "edge", url: "http://localhost:8000/api/films?per_page=1" },
      { name: "orders", service: "orders", edge: "edge", url: "http://localhost:8000/api/orders?per_page=1" },
    ]);
  });

  it("says who makes spans, and who calls whom", () => {
    expect(proof.traced).toEqual(["edge", "orders"]);
    expect(proof.calls).toEqual([
      { from: "edge", to: "catalog" },
      { from: "edge", to: "orders" },
      { from: "catalog", to: "postgres" },
      { from: "orders", to: "postgres" },
    ]);
  });

  it("counts the targets of every job, and names the rules and the probes", () => {
    expect(proof.jobs).toMatchObject({ prometheus: 1, alertmanager: 2, catalog: 2, orders: 1, spans: 1, probes: 3 });
    expect(proof.ruleGroups).toEqual(expect.arrayContaining(["orders.http", "prometheus.prometheus", "targets"]));
    expect(proof.probes).toEqual(["catalog", "orders", "edge-certificate"]);
  });

  it("names what fills up, whatever a store is called", () => {
    expect(proof.fills?.map(({ what, job }) => `${what} of ${job}`)).toEqual([
      "disk of node",
      "memory of Redis of cache",
    ]);
  });

  it("says how each receiver is reached, and where to see it", () => {
    expect(proof.receivers).toEqual([
      {
        name: "inbox-mail",
        alert: { severity: "critical" },
        arrivals: { kind: "mails", url: "http://localhost:8025/" },
      },
      {
        name: "inbox-webhook",
        alert: { severity: "critical" },
        arrivals: { kind: "notices", url: "http://localhost:8026/notices" },
      },
    ]);
  });

  it("is plain data without a secret", () => {
    expect(JSON.parse(JSON.stringify(proof))).toEqual(proof);
    expect(JSON.stringify(proof)).not.toContain("secret-of-");
  });
});
