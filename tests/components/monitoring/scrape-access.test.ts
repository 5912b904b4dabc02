import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

type Upload = { readonly file: string; readonly content: string };

const SIGNED_IN = ["blackbox", "mysql", "postgres", "probes", "prometheus"];

describe("exporters that sign in elsewhere, or ask what they are told", () => {
  beforeAll(async () => {
    await startMocks();
    const { BlackboxExporter, HostMetrics, LocalDockerHost, Mysql, Postgres, Prometheus, Redis, Traefik } =
      await import("../../../components/index.ts");
    const host = new LocalDockerHost("local", { checkMachine: false });
    const blackbox = new BlackboxExporter("blackbox", { host });
    const edge = new Traefik("edge", { host });
    edge.addRoute({ name: "shop", pathPrefix: "/", servers: ["shop:1"], readyPath: "/" }, edge, []);
    const watched = [
      blackbox,
      edge,
      new Mysql("mysql", { host, databases: ["blog"] }),
      new Postgres("postgres", { host, databases: ["catalog"] }),
      new Redis("redis", { host, services: ["catalog"] }),
      new HostMetrics("node", { host }),
    ];
    const signals = watched.map((source) => source.signals);
    new Prometheus("prometheus", { host, signals, blackbox: blackbox.address });
    await settle();
  });
  const uploads = (name: string) => {
    // As a whole they are a secret.
    const { value } = resource(types.container, `${name}-secret-writer`).uploads as unknown as { value: Upload[] };
    return value;
  };

  it.each(["blackbox", "mysql-exporter", "postgres-exporter"])(
    "%s takes the password's hash, and has no other",
    (name) => {
      expect(resource(types.container, `${name}-container`).command).toContain(
        "--web.config.file=/run/secrets/web.yml",
      );
      const [web] = uploads(name).filter(({ file }) => file === "/run/secrets/web.yml");
      expect(parse(web?.content ?? "")).toEqual({ basic_auth_users: { prometheus: "hash-of-local-scrape-password" } });
      expect(JSON.stringify(uploads(name))).not.toContain("secret-of-local-scrape-password");
    },
  );

  it("are healthy while they refuse who has no password", () => {
    for (const name of ["blackbox", "mysql-exporter", "postgres-exporter"]) {
      const { healthcheck } = resource(types.container, `${name}-container`) as { healthcheck: { tests: string[] } };
      expect(healthcheck.tests.join(" "), name).toMatch(/^CMD-SHELL wget .* \| grep -q ' 401 '$/);
    }
  });

  it("are asked by Prometheus with the password, which nothing else is asked with", () => {
    const { stdin } = resource(types.command, "prometheus-config") as { stdin: string };
    // The file comes among others, in the text of the landing.
    const jobs = stdin.split(/^ +- job_name: /m).slice(1);
    const signing = jobs.filter((job) => job.includes("password_file")).map((job) => job.split("\n")[0]);
    expect(signing.sort()).toEqual(SIGNED_IN);
    expect(jobs.length).toBeGreaterThan(SIGNED_IN.length + 2);
    expect(uploads("prometheus").map(({ file }) => file)).toEqual([
      "/run/secrets/scrape-password",
      "/run/secrets/web.yml",
    ]);
    expect(uploads("prometheus")[0]?.content).toBe("secret-of-local-scrape-password");
  });

  it("redis_exporter looks at no other server", () => {
    expect(resource(types.container, "redis-exporter-container").envs).toContain(
      "REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT=true",
    );
  });

  it("have one password on a host, in files only", () => {
    expect(registered.filter(({ name }) => name.endsWith("scrape-password"))).toHaveLength(1);
    for (const { name, type, inputs } of registered) {
      if (type !== types.container && type !== types.command) continue;
      const { uploads: _, ...rest } = inputs;
      expect.soft(JSON.stringify(rest), name).not.toMatch(/(secret|hash)-of-local-scrape/);
    }
  });
});
