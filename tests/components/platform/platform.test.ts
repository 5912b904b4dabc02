import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../../services/storefront/catalog.ts";
import { manners, promiseOf, registered, settle, startMocks } from "../recorder.ts";
import { FakePlatform } from "./fake-platform.ts";

let library: typeof import("../../../components/index.ts");
let host: FakePlatform;
/** What is deployed: both systems' kinds of things, and what watches them. */
let deployed: ReturnType<typeof deploy>;

function deploy() {
  const edge = new library.Traefik("edge", { host });
  const postgres = new library.Postgres("postgres", { host, databases: ["catalog"] });
  const redis = new library.Redis("redis", { host, services: ["catalog"] });
  const mysql = new library.Mysql("mysql", { host, databases: ["blog"] });
  const service = new library.InstrumentedService("catalog", { host, spec: catalog, edge, uses: [postgres, redis] });
  const blog = new library.WordPress("blog", { host, edge, database: mysql, hostname: "blog.example" });
  const sources = [edge, postgres, redis, mysql, service, blog];
  const monitoring = new library.MonitoringStack("monitoring", { host, sources });
  return { edge, postgres, redis, mysql, service, blog, monitoring };
}

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
  host = new FakePlatform("cluster");
  deployed = deploy();
  await settle();
});

const workload = (name: string) => {
  const found = host.workloads.get(name);
  if (found === undefined) throw new Error(`no ${name}; there are ${[...host.workloads.keys()].join(", ")}`);
  return found;
};

/** Names of what a resource of the platform waits for. */
const waitsFor = (name: string) =>
  (manners.dependencies.get(`fake:index:Thing ${name}`) ?? []).map((urn) => urn.split("::").at(-1));

describe("a platform that has no Docker", () => {
  it("runs stores, services, an edge, a blog and what watches them", () => {
    expect([...host.workloads.keys()].sort()).toEqual([
      "blackbox",
      "blog-1",
      "blog-1-exporter",
      "blog-php-1",
      "blog-php-1-exporter",
      "catalog-1",
      "catalog-2",
      "collector",
      "edge",
      "grafana",
      "loki",
      "mysql",
      "mysql-exporter",
      "postgres",
      "postgres-exporter",
      "prometheus",
      "redis",
      "redis-exporter",
    ]);
  });

  it("is asked for nothing of Docker's, and for no script of a shell", () => {
    const kinds = new Set(registered.map(({ type }) => type.split(":")[0]));
    expect([...kinds].sort()).toEqual(["fake", "random", "vigie"]);
  });

  it("is given workloads as plain data", () => {
    const { image: _output, secrets: _handle, mounts = [], ...plain } = workload("postgres");
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
    expect(plain).toMatchObject({
      user: "999:999",
      networks: ["store-postgres"],
      scratch: [{ path: "/tmp" }, { path: "/var/run/postgresql", size: "1MiB" }],
      probe: { kind: "exec", check: expect.arrayContaining(["pg_isready"]) },
    });
    expect(mounts.map(({ kind, path }) => [kind, path])).toEqual([
      ["data", "/var/lib/postgresql"],
      ["files", "/docker-entrypoint-initdb.d"],
    ]);
  });

  it("tells what runs, where it is reached and where its data is by three names", () => {
    expect(deployed.postgres.backups).toMatchObject([{ container: "shop-postgres-0" }]);
    expect(deployed.postgres.connectionFor("catalog").env.DATABASE_HOST).toBe("shop-postgres");
    expect(deployed.blog.backups).toMatchObject([{ volume: "data-shop-blog-php-0" }]);
    expect(deployed.postgres.container.instances).toEqual(["shop-postgres-0"]);
    expect(deployed.postgres.container.address(5432)).toBe("shop-postgres:5432");
  });

  it("starts a service after what it uses, and a replica after the one before", () => {
    expect(waitsFor("catalog-1")).toEqual(expect.arrayContaining(["postgres-container", "redis-container"]));
    expect(waitsFor("catalog-2")).toContain("catalog-1");
    expect(waitsFor("catalog-1")).not.toContain("catalog-2");
  });

  it("knows what may talk to what", () => {
    expect(host.paths.flows).toContainEqual({
      from: "catalog-2",
      to: "postgres",
      port: 5432,
      why: "uses postgres",
    });
  });

  it("says itself where people reach a page", () => {
    expect(deployed.monitoring.urls.prometheus).toBe("http://forwarded.example:9090/");
    expect(deployed.edge.url).toBe("http://shop.example/");
  });

  it("fills the directories of a PHP application, and looks whether its web server will find them", async () => {
    const filled = host.done.get("blog-php-fill");
    expect(filled).toMatchObject({ steps: [{ kind: "run", user: "0:0", changesOwners: true }] });
    expect(host.done.get("blog-install")).toMatchObject({ workload: "blog-php-1" });
    const reachable = host.done.get("blog-reachable");
    if (reachable === undefined || "command" in reachable) throw new Error("nothing was looked at");
    expect(reachable.steps.map(({ kind }) => kind)).toEqual(["data", "run", "workload", "run"]);
    const [{ otherwise = "" } = {}] = reachable.steps;
    expect(await promiseOf(pulumi.output(otherwise))).toContain("there is no volume scratch-blog-php-code");
  });

  it("fails where an edge is to find workloads by labels that nobody reads", () => {
    expect(() => new library.Traefik("labelled", { host, discovery: "docker-labels" })).toThrow(
      /discovery.*"docker-labels".*"file": nothing on "cluster" finds workloads by their labels/s,
    );
  });
});
