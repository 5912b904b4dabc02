import { describe, expect, it } from "vitest";
import { httpProbe } from "../../services/probe.ts";
import { defineService, type ServiceSpec } from "../../services/service.ts";
import { signalsOf } from "../../signals/signals.ts";

const spec: ServiceSpec = {
  name: "shop",
  image: { reference: "docker.io/library/shop:1" },
  port: 5000,
  health: httpProbe("python", 5000, "/ready"),
};

describe("defineService", () => {
  it("fills in every default", () => {
    expect(defineService(spec)).toMatchObject({
      replicas: 1,
      user: "10001:10001",
      readyPath: "/ready",
      metricsPath: "/metrics",
      limits: { memory: "256MiB", processes: 512 },
      env: {},
      secretFiles: [],
      tmpfs: ["/tmp"],
      stopSeconds: 15,
      owner: "platform",
    });
  });

  it.each<[string, string, string | false]>([
    ["the prefix itself", "/api", "/api"],
    ["a path below it with a query", "/api/", "/api/films?per_page=1"],
    ["any path of a route of everything", "/", "/health"],
    ["none", "/api", false],
  ])("takes as a probe %s", (_, pathPrefix, probePath) => {
    expect(defineService({ ...spec, route: { pathPrefix, probePath } }).route).toEqual({ pathPrefix, probePath });
  });

  it("takes for the visitors of a drill another path of the route", () => {
    const given = { pathPrefix: "/api", probePath: "/api", drillPath: "/api/films?query={n}" };
    expect(defineService({ ...spec, route: given }).route).toEqual(given);
  });

  it.each([
    ["another service's path", { pathPrefix: "/api", probePath: "/api", drillPath: "/apis?query={n}" }],
    ["a path without a slash", { pathPrefix: "/api", probePath: "/api", drillPath: "api/films" }],
    ["one where nothing is asked", { pathPrefix: "/api", probePath: false as const, drillPath: "/api/films" }],
  ])("fails where those are to ask for %s", (_, route) => {
    expect(() => defineService({ ...spec, route })).toThrow(
      /route\.drillPath: got .*a path of the route, \/api, next to a probePath/s,
    );
  });

  it("keeps what is given", () => {
    const service = defineService({ ...spec, replicas: 3, limits: { memory: "1GiB" }, env: { LOG_LEVEL: "info" } });
    expect(service).toMatchObject({
      replicas: 3,
      limits: { memory: "1GiB", processes: 512 },
      env: { LOG_LEVEL: "info" },
    });
  });
});

describe("signalsOf", () => {
  it("gives a job with one target a replica, and the rules on its requests", () => {
    const { scrapeJobs, ruleGroups } = signalsOf(defineService(spec), ["shop-1", "shop-2"]);
    expect(scrapeJobs).toMatchObject([
      {
        job: "shop",
        targets: ["shop-1:5000", "shop-2:5000"],
        path: "/metrics",
        owner: "platform",
        emits: ["http-service", "database-pool"],
      },
    ]);
    expect(ruleGroups?.map(({ name }) => name)).toEqual(["shop.http"]);
  });

  it("gives none to a service without metrics", () => {
    expect(signalsOf(defineService({ ...spec, metricsPath: false }), ["shop-1"])).toEqual({ scrapeJobs: [] });
  });
});
