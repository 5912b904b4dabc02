import { beforeAll, describe, expect, it } from "vitest";
import type { DrillPlan } from "../../../signals/drill-plan.ts";
import type { Receiver } from "../../../signals/receivers/index.ts";
import { parseProgramSettings as parseSettings } from "../../../systems/settings.ts";
import { projectDefaults } from "../../config/project-defaults.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

const pager: Receiver = { kind: "webhook", name: "pager", url: "http://pager.example/" };

/** The blog as `index.ts` declares it, under mocks. */
describe("the blog", () => {
  let drills: DrillPlan;

  beforeAll(async () => {
    await startMocks();
    const { LocalDockerHost, MonitoringStack, Traefik } = await import("../../../components/index.ts");
    const { blog } = await import("../../../systems/blog.ts");
    const settings = parseSettings(
      { ...projectDefaults(), blogTitle: "Seen from the mast" },
      { images: {}, caBundle: undefined },
    );
    const host = new LocalDockerHost("local", { checkMachine: false });
    const edge = new Traefik("edge", { host });
    const { sources, policies = [] } = blog({ host, edge, settings });
    const notify = { critical: [pager], warning: [pager] };
    const monitoring = new MonitoringStack("monitoring", {
      host,
      sources: [edge, ...sources],
      policies: [...policies, { name: "everything" }].map((policy) => ({ ...policy, notify })),
    });
    await settle();
    ({ drills } = monitoring);
  }, 60_000);

  it("has the title that the configuration gives it", () => {
    expect(String(resource(types.command, "blog-php-fpm-config").stdin)).toContain("wp_install('Seen from the mast', ");
  });

  it("has an objective measured at the edge, on the page of all objectives, and its series are kept", () => {
    const prometheus = String(resource(types.command, "prometheus-config").stdin);
    expect(prometheus).toContain("#vigie-file: rules/blog.slo.yml");
    const asked = 'traefik_router_request_duration_seconds_count{job="edge",service="blog@file"}';
    expect(prometheus).toContain(`absent(${asked})`);
    expect(prometheus).toContain("traefik_router_request_duration_seconds_(bucket|count|sum)");
    expect(String(resource(types.command, "grafana-dashboards").stdin)).toContain("/d/nginx?var-job=blog");
  });

  it("has drills of it, in which visitors ask for its host name", () => {
    const burns = drills.alerts.filter(({ alert }) => alert.startsWith("ErrorBudgetBurns"));
    expect(burns).toHaveLength(4);
    for (const burn of burns) {
      expect(burn).toMatchObject({ visited: "http://localhost/", hostname: "blog.localhost", receivers: ["pager"] });
      expect(burn.fault).toMatchObject({ kind: "stand-in", job: "blog" });
    }
  });

  it("has a port of its own where the edge gives it one: its links, its cron and who may be named go by that", async () => {
    const { LocalDockerHost, Traefik } = await import("../../../components/index.ts");
    const { blog } = await import("../../../systems/blog.ts");
    forget();
    const settings = parseSettings(projectDefaults(), { images: {}, caBundle: undefined });
    const host = new LocalDockerHost("own", { checkMachine: false });
    const edge = new Traefik("edge", {
      host,
      dashboardPort: 8089,
      sites: { blog: { port: 8080, property: "blogPort" } },
    });
    const { urls } = blog({ host, edge, settings });
    await settle();
    expect(urls.blog).toBe("http://localhost:8080/");
    expect(String(resource(types.command, "blog-site-config").stdin)).toContain(
      "server_name blog.localhost localhost 127.0.0.1;",
    );
    const php = String(resource(types.command, "blog-php-fpm-config").stdin);
    expect(php).toContain("'http://localhost:8080'");
    expect(php).toContain("['Host' => 'localhost:8080']");
    expect(resource(types.container, "edge-container").ports).toContainEqual({
      internal: 8100,
      external: 8080,
      ip: "127.0.0.1",
      protocol: "tcp",
    });
  });

  it("fails where its port is taken, with all that is wrong with the edge's ports, in the caller's words", async () => {
    const { LocalDockerHost, Traefik } = await import("../../../components/index.ts");
    const host = new LocalDockerHost("taken", { checkMachine: false });
    const sites = { blog: { port: 8080, property: "blogPort" }, wiki: { port: 70_000 } };
    expect(() => new Traefik("edge", { host, sites })).toThrow(
      /blogPort: got 8080.*dashboardPort of edge has it already[\s\S]*sites\.wiki\.port: got 70000; allowed: a whole number/,
    );
  });
});
