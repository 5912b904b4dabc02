import { beforeAll, describe, expect, it } from "vitest";
import type { StaticSite } from "../../../components/index.ts";
import { resource, settle, startMocks, types } from "../recorder.ts";

let site: StaticSite;
let library: typeof import("../../../components/index.ts");

describe("StaticSite", () => {
  beforeAll(async () => {
    await startMocks();
    library = await import("../../../components/index.ts");
    const { frontendImage } = await import("../../../services/storefront/frontend.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const edge = new library.Traefik("edge", { host });
    site = new library.StaticSite("docs", { host, edge, image: frontendImage, pace: library.PACES.fast });
    await settle();
  });

  it("is watched by an exporter that asks its private port", () => {
    const container = resource(types.container, "docs-exporter-container");
    expect(container.command).toContain("--nginx.scrape-uri=http://vigie-test-docs:8081/status");
    expect(container.networksAdvanced).toMatchObject([{ name: "vigie-test-routes" }, { name: "vigie-test-metrics" }]);
    expect(container).not.toHaveProperty("ports");
  });

  it("has a job and alerts of its name, at the pace that is asked for", () => {
    expect(site.signals.scrapeJobs).toEqual([
      { job: "docs", targets: ["vigie-test-docs-exporter:9113"], emits: ["nginx"] },
    ]);
    expect(site.signals.ruleGroups?.map(({ name }) => name)).toEqual(["docs.nginx"]);
    expect(JSON.stringify(site.signals.ruleGroups)).toContain('"for":"10s"');
  });

  describe("that hands on", () => {
    const declare = (name: string) => {
      const host = new library.LocalDockerHost(name, { checkMachine: false });
      const edge = new library.Traefik("edge", { host });
      return { host, edge };
    };
    const routeOf = (pathPrefix: string, hostname?: string) => ({
      name: "api",
      pathPrefix,
      ...(hostname === undefined ? {} : { hostname }),
      servers: ["api-1:5000"],
      readyPath: "/ready",
    });

    it("leads services behind it to the edge's inner door, and is what they use", async () => {
      const { host, edge } = declare("hands");
      const { frontendImage } = await import("../../../services/storefront/frontend.ts");
      const pages = new library.StaticSite("pages", { host, edge, image: frontendImage, handsOn: ["/api"] });
      pages.behind.addRoute(routeOf("/api/films"), pages, []);
      await settle();
      const config = String(resource(types.command, "pages-config").stdin);
      expect(config).toContain("server vigie-test-edge:8001 resolve");
      expect(config).toContain("location = /api {");
      expect(config).toContain("location /api/ {");
      expect(String(resource(types.command, "api-route").stdin)).toContain("- inner");
      // How long a body may be is said by the route of who answers.
      expect(String(resource(types.command, "api-route").stdin)).toContain("body-too-large@file");
      expect(String(resource(types.command, "pages-route").stdin)).not.toContain("body-too-large@file");
      expect(pages.signals.uses).toEqual([{ service: "api", on: "pages", exporter: true }]);
      expect(pages.signals.calls).toEqual([{ from: "edge", to: "edge" }]);
      expect(edge.signals.probes?.find(({ name }) => name === "api")?.url).toBe(
        "http://vigie-test-edge:8000/api/films",
      );
    });

    it("fails with a route that is not handed on, with all that is wrong", async () => {
      const { host, edge } = declare("astray");
      const { frontendImage } = await import("../../../services/storefront/frontend.ts");
      const pages = new library.StaticSite("pages", { host, edge, image: frontendImage, handsOn: ["/api"] });
      for (const astray of ["/", "/apiary", "/search"]) {
        expect(() => pages.behind.addRoute(routeOf(astray, "a.example"), pages, [])).toThrow(
          new RegExp(
            `service "api" is refused:\n.*pathPrefix: got "${astray}"; allowed: a path in /api.*\n.*hostname: got "a.example"`,
          ),
        );
      }
      expect(() => site.behind.addRoute(routeOf("/api"), site, [])).toThrow(/static site "docs" hands nothing on/);
    });

    it("fails with a path that is none, before anything is made", async () => {
      const { host, edge } = declare("wrong");
      const { frontendImage } = await import("../../../services/storefront/frontend.ts");
      expect(
        () => new library.StaticSite("pages", { host, edge, image: frontendImage, handsOn: ["api", "/"] }),
      ).toThrow(/static site "pages" is refused:\n.*handsOn\[0\]: got "api".*\n.*handsOn\[1\]: got "\/"/);
    });
  });
});
