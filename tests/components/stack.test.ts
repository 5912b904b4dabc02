import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { renderLoki } from "../../config/loki.ts";
import { planRetention } from "../../config/retention.ts";
import { manners, registered, resource, settle, startMocks, types } from "./recorder.ts";

/** The whole storefront under mocks: what every container has, whatever it runs. */
describe("the storefront", () => {
  beforeAll(async () => {
    await startMocks();
    const { InstrumentedService, LocalDockerHost, MonitoringStack, Postgres, StaticSite, Traefik } = await import(
      "../../components/index.ts"
    );
    const { catalog: spec } = await import("../../services/storefront/catalog.ts");
    const { frontendImage } = await import("../../services/storefront/frontend.ts");
    const host = new LocalDockerHost("local", {
      checkMachine: false,
      stateDirectory: mkdtempSync(path.join(os.tmpdir(), "vigie-test-")),
    });
    const edge = new Traefik("edge", { host });
    const postgres = new Postgres("postgres", { host, databases: ["catalog"] });
    const catalog = new InstrumentedService("catalog", { host, edge, spec, uses: [postgres] });
    new StaticSite("frontend", { host, edge, image: frontendImage });
    new MonitoringStack("monitoring", { host, sources: [edge, postgres, catalog] });
    await settle();
  });

  const running = () => registered.filter(({ type, inputs }) => type === types.container && inputs.start !== false);

  it("starts a container for each part", () => {
    expect(running().map(({ inputs }) => inputs.name)).toEqual(
      expect.arrayContaining(
        [
          "edge",
          "postgres",
          "postgres-exporter",
          "catalog-1",
          "catalog-2",
          "frontend",
          "frontend-exporter",
          "prometheus",
          "loki",
          "blackbox",
          "node",
          "containers",
          "grafana",
          "collector",
          "door",
        ].map((name) => `vigie-test-${name}`),
      ),
    );
    expect(running()).toHaveLength(15);
  });

  it("runs nothing as root, but what reads Docker's log files: they are root's", () => {
    const root = running().filter(({ inputs }) => !/^[1-9]\d*:[1-9]\d*$/.test(String(inputs.user)));
    expect(root.map(({ name }) => name).sort()).toEqual(["collector-container", "containers-container"]);
  });

  it("runs nothing with capabilities, with a writable root or without limits", () => {
    for (const { name, inputs } of running()) {
      expect.soft(inputs.capabilities, name).toMatchObject({ drops: ["ALL"] });
      expect.soft(inputs.readOnly, name).toBe(true);
      expect.soft(inputs.securityOpts, name).toEqual(["no-new-privileges:true"]);
      expect.soft(inputs.memory, name).toBeGreaterThan(0);
      expect.soft(inputs.memorySwap, name).toBe(inputs.memory);
      expect.soft(inputs.labels, name).toContainEqual({ label: "vigie.processes", value: "512" });
      expect.soft(manners.hooks.get(`${types.container} ${name}`), name).toEqual({ made: 1, changed: 1 });
      // A limit of the user's would be shared with every other container of that user.
      expect.soft(inputs.ulimits, name).toBeUndefined();
    }
  });

  it("waits until each container is healthy, or answers from outside where its image has no shell", () => {
    const outside = running().filter(({ inputs }) => inputs.healthcheck === undefined);
    expect(outside.map(({ name }) => name).sort()).toEqual([
      "collector-container",
      "frontend-exporter-container",
      "loki-container",
    ]);
    for (const { inputs } of outside) {
      const { create } = resource(types.command, `${String(inputs.name).replace("vigie-test-", "")}-ready`);
      expect.soft(create).toContain(`name=${inputs.name}\n`);
    }
    for (const { name, inputs } of running().filter((each) => !outside.includes(each))) {
      expect.soft(inputs.wait, name).toBe(true);
    }
  });

  it("writes logs that the Collector can tell apart", () => {
    for (const { name, inputs } of running()) {
      expect.soft(inputs.logOpts, name).toMatchObject({ tag: "{{.Name}}", labels: "vigie.component,vigie.stack" });
    }
  });

  it("fits into 4 GiB", () => {
    const total = running().reduce((sum, { inputs }) => sum + Number(inputs.memory), 0);
    expect(total).toBeLessThanOrEqual(4096);
  });

  it("gives no container the Docker socket", () => {
    for (const { name, inputs } of registered.filter(({ type }) => type === types.container)) {
      expect.soft(JSON.stringify(inputs.volumes ?? []), name).not.toContain("docker.sock");
    }
  });

  it("publishes ports on loopback only", () => {
    const ports = running().flatMap(({ inputs }) => (inputs.ports ?? []) as { ip: string; external: number }[]);
    expect(ports.map(({ external }) => external).sort()).toEqual([443, 80, 8080, 9090, 3000, 3100].sort());
    expect(new Set(ports.map(({ ip }) => ip))).toEqual(new Set(["127.0.0.1"]));
  });

  it("brings the alerts of every program of its own, at the pace that was asked for", () => {
    const { stdin } = resource(types.command, "prometheus-config") as { stdin: string };
    for (const group of [
      "edge.traefik",
      "loki.loki",
      "collector.collector",
      "blackbox.blackbox",
      "grafana.grafana",
      "prometheus.prometheus",
    ]) {
      expect.soft(stdin).toContain(`rules/${group}.yml`);
    }

    expect(stdin).toContain('loki_panic_total{job="loki"}[5m]');
  });

  it("keeps the data store away from the edge", () => {
    const networks = (name: string) =>
      (resource(types.container, name).networksAdvanced as { name: string }[]).map((network) => network.name);
    expect(networks("postgres-container")).toEqual(["vigie-test-store-postgres"]);
    expect(networks("edge-container")).not.toContain("vigie-test-store-postgres");
    expect(networks("catalog-1")).toEqual(expect.arrayContaining(["vigie-test-routes", "vigie-test-store-postgres"]));
    expect(resource(types.network, "local-store-postgres").internal).toBe(true);
  });

  it("keeps what visitors reach, and what is asked by others, away from the stores of the monitoring", () => {
    const inNetwork = (role: string) =>
      registered
        .filter(({ type, inputs }) => type === types.container && inputs.networksAdvanced !== undefined)
        .filter(({ inputs }) => JSON.stringify(inputs.networksAdvanced).includes(`"vigie-test-${role}"`))
        .map(({ inputs }) => String(inputs.name).replace("vigie-test-", ""))
        .sort();
    const keepers = ["collector", "grafana", "loki", "prometheus"];
    // The door answers nobody but the host, whichever network asks.
    expect(inNetwork("observability").filter((name) => !["door", "jaeger"].includes(name))).toEqual(keepers);
    expect(inNetwork("services")).toEqual(["catalog-1", "catalog-2"]);
    const scraped = inNetwork("metrics");
    expect(scraped).toEqual(expect.arrayContaining(["blackbox", "catalog-1", "edge", "node", "prometheus"]));
    for (const keeper of keepers.filter((name) => name !== "prometheus")) expect(scraped).not.toContain(keeper);
  });

  it("has no secret in an environment, a label or a command", () => {
    for (const { name, type, inputs } of registered) {
      if (type !== types.container && type !== types.command) continue;
      const { uploads: _, ...rest } = inputs;
      expect.soft(JSON.stringify(rest), name).not.toContain("secret-of-");
    }
  });

  it("gives the catalog its own password as a file, and no other", () => {
    const uploads = resource(types.container, "catalog-secret-writer").uploads;
    expect(JSON.stringify(uploads)).toContain("secret-of-postgres-catalog");
    expect(JSON.stringify(uploads)).not.toContain("secret-of-postgres-postgres");
    expect(resource(types.container, "catalog-secret-writer").start).toBe(false);
  });

  it("tells Prometheus every target", () => {
    const { stdin } = resource(types.command, "prometheus-config") as { stdin: string };
    for (const target of [
      "vigie-test-catalog-1:5000",
      "vigie-test-catalog-2:5000",
      "vigie-test-edge:8082",
      "vigie-test-postgres-exporter:9187",
      "localhost:9090",
    ]) {
      expect.soft(stdin).toContain(target);
    }
  });

  it("divides the disk of what is kept between Prometheus and Loki", () => {
    const { metrics, logs } = planRetention({}, { traced: false });
    expect(resource(types.container, "prometheus-container").command).toEqual(
      expect.arrayContaining([
        "--storage.tsdb.retention.time=15d",
        `--storage.tsdb.retention.size=${metrics.retentionSize}`,
      ]),
    );
    const limits = renderLoki(logs)[0]?.content.match(/ingestion_rate_mb: .*/)?.[0];
    expect(resource(types.command, "loki-config").stdin).toContain(limits);
  });

  it("balances the API over both replicas, as a file of its own", () => {
    const { stdin } = resource(types.command, "catalog-route") as { stdin: string };
    expect(stdin).toContain("#vigie-file: catalog.yml");
    expect(stdin).toContain("http://vigie-test-catalog-1:5000");
    expect(stdin).toContain("http://vigie-test-catalog-2:5000");
  });

  it("names an image after what it is made from", () => {
    expect(resource(types.image, "vigie-catalog-image").name).toMatch(/^vigie\/catalog:[0-9a-f]{12}$/);
  });

  it("has no resource without a parent, but the parts that the program itself declares", () => {
    const top = [...manners.parents].filter(([, parent]) => parent === "" || parent.includes("pulumi:pulumi:Stack"));
    expect(
      top
        .map(([name]) => name)
        .filter((name) => !name.startsWith("pulumi:pulumi:Stack"))
        .sort(),
    ).toEqual([
      "vigie:index:InstrumentedService catalog",
      "vigie:index:LocalDockerHost local",
      "vigie:index:MonitoringStack monitoring",
      "vigie:index:Postgres postgres",
      "vigie:index:StaticSite frontend",
      "vigie:index:Traefik edge",
    ]);
  });

  it("names every resource after its component", () => {
    for (const [name, parent] of manners.parents) {
      if (name.startsWith("vigie:index:") || name.startsWith("pulumi:pulumi:")) continue;
      // Images belong to the host and are shared: those built here carry the project's name.
      const owner = parent.split("::").at(-1) ?? "";
      expect.soft(name.split(" ")[1]?.startsWith(owner) || name.includes(" vigie-"), `${name} of ${owner}`).toBe(true);
    }
  });

  it("finishes every component: without its outputs Pulumi shows it as being created for ever", () => {
    for (const { type, name } of registered.filter((each) => each.type.startsWith("vigie:"))) {
      const finished = [...manners.finished].some((urn) => urn.includes(type) && urn.endsWith(`::${name}`));
      expect.soft(finished, name).toBe(true);
    }
  });
});
