import { beforeAll, describe, expect, it } from "vitest";
import type { StaticSite } from "../../components/index.ts";
import { resource, settle, startMocks, types } from "./recorder.ts";

let site: StaticSite;

describe("StaticSite", () => {
  beforeAll(async () => {
    await startMocks();
    const library = await import("../../components/index.ts");
    const { frontendImage } = await import("../../services/storefront/frontend.ts");
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const edge = new library.Traefik("edge", { host });
    site = new library.StaticSite("docs", { host, edge, image: frontendImage, pace: library.PACES.fast });
    await settle();
  });

  it("is watched by an exporter that asks its private port", () => {
    const container = resource(types.container, "docs-exporter-container");
    expect(container.command).toContain("--nginx.scrape-uri=http://vigie-test-docs:8081/status");
    expect(container.networksAdvanced).toMatchObject([{ name: "vigie-test-edge" }, { name: "vigie-test-scrape" }]);
    expect(container).not.toHaveProperty("ports");
  });

  it("has a job and alerts of its name, at the pace that is asked for", () => {
    expect(site.signals.scrapeJobs).toEqual([
      { job: "docs", targets: ["vigie-test-docs-exporter:9113"], emits: ["nginx"] },
    ]);
    expect(site.signals.ruleGroups?.map(({ name }) => name)).toEqual(["docs.nginx"]);
    expect(JSON.stringify(site.signals.ruleGroups)).toContain('"for":"10s"');
  });
});
