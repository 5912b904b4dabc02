import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { probesOf } from "../../config/route-probes.ts";
import {
  renderTraefikArguments,
  renderTraefikBase,
  renderTraefikRoute,
  sameRequests,
  type TRAEFIK_PORTS,
  traefikLabels,
} from "../../config/traefik.ts";
import { TRAEFIK_BUCKETS } from "../../signals/metrics/traefik.ts";
import { type RunningTraefik, startTraefik } from "./running-traefik.ts";

const route = { name: "catalog", pathPrefix: "/api", servers: ["catalog-1:5000"], readyPath: "/ready" };

const ruleOf = (change: object): string => {
  const [file] = renderTraefikRoute({ ...route, ...change });
  return parse(file?.content ?? "").http.routers.catalog.rule;
};

describe("renderTraefikRoute", () => {
  it.each([
    ["a prefix and what is below it", {}, "(Path(`/api`) || PathPrefix(`/api/`))"],
    ["the same with a slash at the end", { pathPrefix: "/api/" }, "(Path(`/api`) || PathPrefix(`/api/`))"],
    ["everything", { pathPrefix: "/" }, "PathPrefix(`/`)"],
    ["one host", { pathPrefix: "/", hostname: "shop.example" }, "Host(`shop.example`) && PathPrefix(`/`)"],
  ])("takes %s", (_, change, rule) => {
    expect(ruleOf(change)).toBe(rule);
  });
});

const own = { inside: 8100, url: "http://localhost:8080/", hostnames: ["localhost", "127.0.0.1"] };

describe("a site with a port of its own", () => {
  const site = {
    name: "blog",
    pathPrefix: "/",
    hostname: "blog.example",
    servers: ["blog-1:8080"],
    readyPath: "/ready",
  };

  it("is reached there by the host's own address, and by its host name as before", () => {
    const { routers } = parse(renderTraefikRoute(site, { own })[0]?.content ?? "").http;
    expect(routers["blog-port"]).toMatchObject({
      entryPoints: ["site-blog"],
      rule: "(Host(`localhost`) || Host(`127.0.0.1`)) && PathPrefix(`/`)",
      service: "blog",
    });
    expect(routers.blog).toMatchObject({ entryPoints: ["web"], rule: "Host(`blog.example`) && PathPrefix(`/`)" });
    const kinds = ["blog", "blog-foreign", "blog-large", "blog-lengthless"];
    const ways = ["", "-tls", "-port"].flatMap((suffix) => kinds.map((kind) => `${kind}${suffix}`));
    expect(Object.keys(routers)).toEqual(ways);
  });

  it("is probed there, as a visitor says its address", () => {
    const edge = { name: "edge", url: "http://localhost/" };
    expect(probesOf([site, route], "vigie-edge", edge, { blog: own })).toEqual([
      {
        name: "blog",
        url: "http://vigie-edge:8100/",
        hostname: "localhost:8080",
        visited: { url: "http://localhost:8080/", edge: "edge" },
      },
      { name: "catalog", url: "http://vigie-edge:8000/api", visited: { url: "http://localhost/api", edge: "edge" } },
    ]);
  });

  it.each<[string, object, string | undefined]>([
    ["what no cache keeps", { drillPath: "/api/films?query={n}" }, "http://localhost/api/films?query={n}"],
    ["what the probe asks, where nothing else is given", {}, undefined],
    ["what the probe asks, where that is given again", { probePath: "/api/x", drillPath: "/api/x" }, undefined],
  ])("is asked by a drill's visitors for %s", (_, paths, drilled) => {
    const edge = { name: "edge", url: "http://localhost/" };
    const [probe] = probesOf([{ ...route, ...paths }], "vigie-edge", edge);
    expect(probe?.visited?.drilled).toBe(drilled);
    expect(probe?.url).not.toContain("{n}");
  });

  it("has an entry point of its own, and nobody else has", () => {
    const points = (choices = {}) => renderTraefikArguments(choices).filter((word) => word.includes("site-"));
    // What visitors pass at the first doors they pass here, too: rates, headers, and how long a client may take.
    const asAt = (point: string) =>
      renderTraefikArguments().filter(
        (word) => word.startsWith(`--entrypoints.${point}.`) && !word.includes(".address="),
      );
    const expected = asAt("web").map((word) => word.replace("entrypoints.web.", "entrypoints.site-blog."));
    expect(expected.length).toBeGreaterThan(4);
    const found = points({ sites: { blog: 8100 } });
    expect(found.sort()).toEqual(["--entrypoints.site-blog.address=:8100", ...expected].sort());
    expect(points()).toEqual([]);
  });
});

it("has a route that a web server hands on at the inner entry point alone, with no TLS", () => {
  const { routers } = parse(renderTraefikRoute({ ...route, through: "frontend" })[0]?.content ?? "").http;
  expect(Object.keys(routers)).toEqual(["catalog", "catalog-large", "catalog-lengthless"]);
  for (const router of Object.values(routers)) expect(router).toMatchObject({ entryPoints: ["inner"] });
});

describe("traefikLabels", () => {
  const said = { stack: "vigie/dev", port: 5000 };

  it("says all that a file says", () => {
    const paths = "(Path(`/api`) || PathPrefix(`/api/`))";
    const { routers } = parse(renderTraefikRoute(route)[0]?.content ?? "").http;
    const foreign = routers["catalog-foreign"].rule;
    const router = (
      name: string,
      point: string,
      rule: string,
      priority: number,
      tracing: boolean,
      answers = ["catalog", "retry-refused@file"],
    ) => ({
      [`traefik.http.routers.${name}.entrypoints`]: point,
      [`traefik.http.routers.${name}.rule`]: rule,
      [`traefik.http.routers.${name}.priority`]: String(priority),
      [`traefik.http.routers.${name}.service`]: answers[0],
      [`traefik.http.routers.${name}.middlewares`]: answers[1],
      [`traefik.http.routers.${name}.observability.tracing`]: String(tracing),
      ...(point === "websecure" ? { [`traefik.http.routers.${name}.tls`]: "true" } : {}),
    });
    const refused = (suffix: string, point: string) =>
      Object.entries({ large: "body-too-large@file", lengthless: "body-without-length@file" }).map(([kind, by]) => {
        const name = `catalog-${kind}${suffix}`;
        return router(name, point, routers[name].rule, 4, false, ["noop@internal", by]);
      });
    expect(traefikLabels(route, said)).toEqual({
      "vigie.edge": "vigie/dev",
      "traefik.enable": "true",
      ...router("catalog", "web", paths, 3, true),
      ...router("catalog-foreign", "web", foreign, 4, false),
      ...router("catalog-tls", "websecure", paths, 3, true),
      ...router("catalog-foreign-tls", "websecure", foreign, 4, false),
      ...Object.assign({}, ...refused("", "web"), ...refused("-tls", "websecure")),
      "traefik.http.services.catalog.loadbalancer.server.port": "5000",
      "traefik.http.services.catalog.loadbalancer.healthcheck.path": "/ready",
      "traefik.http.services.catalog.loadbalancer.healthcheck.interval": "1s",
      "traefik.http.services.catalog.loadbalancer.healthcheck.timeout": "1s",
    });
  });

  it("is the same for all servers of a route: Traefik drops a route that two containers say differently", () => {
    const more = { ...route, servers: ["catalog-1:5000", "catalog-2:5000"] };
    expect(traefikLabels(more, said)).toEqual(traefikLabels(route, said));
  });

  it("has the port of its own, and the way through a web server", () => {
    const site = { ...route, pathPrefix: "/", hostname: "blog.example" };
    expect(traefikLabels(site, { ...said, own })).toMatchObject({
      "traefik.http.routers.catalog-port.entrypoints": "site-catalog",
      "traefik.http.routers.catalog-port.rule": "(Host(`localhost`) || Host(`127.0.0.1`)) && PathPrefix(`/`)",
    });
    const through = traefikLabels({ ...route, through: "frontend" }, said);
    expect(through["traefik.http.routers.catalog.entrypoints"]).toBe("inner");
    expect(Object.keys(through).filter((label) => label.includes("-tls"))).toEqual([]);
  });
});

it("prefers a route of a host name to every route of all, however long their texts are", () => {
  const priorityOf = (change: object): number => {
    const [file] = renderTraefikRoute({ ...route, ...change });
    return parse(file?.content ?? "").http.routers.catalog.priority;
  };
  const longPath = priorityOf({ pathPrefix: "/a-path-that-is-longer-than-any-host-name-of-this-test" });
  expect(priorityOf({ pathPrefix: "/", hostname: "b.example" })).toBeGreaterThan(longPath);
  expect(priorityOf({ pathPrefix: "/api", hostname: "b.example" })).toBeGreaterThan(
    priorityOf({ pathPrefix: "/", hostname: "b.example" }),
  );
});

it("prefers the path with more parts, and a host name that a container's label asks for to every path", () => {
  const priorityOf = (pathPrefix: string): number => {
    const [file] = renderTraefikRoute({ ...route, pathPrefix });
    return parse(file?.content ?? "").http.routers.catalog.priority;
  };
  const paths = ["/", "/a-very-long-name-of-one-part", "/api/x", "/api/recommendations/of-the-week"];
  expect(paths.map(priorityOf)).toEqual([1, 3, 5, 7]);
  // Traefik gives a route of a label the length of its rule.
  for (const hostname of ["a.b", "hello.localhost"]) {
    // Its requests that bring a trace come right before the others.
    expect(priorityOf("/api/recommendations/of-the-week") + 1).toBeLessThan(`Host(\`${hostname}\`)`.length);
  }
});

describe("sameRequests", () => {
  it.each([
    ["/shop", "/shop/", true],
    ["/shop/", "/shop//", true],
    ["/shop", "/shops", false],
    ["/", "/shop", false],
  ])("of %s and %s is %s", (one, other, same) => {
    expect(sameRequests({ pathPrefix: one }, { pathPrefix: other })).toBe(same);
    const hostnames = [{ hostname: "Shop.Example" }, { hostname: "shop.example" }] as const;
    expect(sameRequests({ pathPrefix: one, ...hostnames[0] }, { pathPrefix: other, ...hostnames[1] })).toBe(same);
  });

  it("is not said of a host name and of all", () => {
    expect(sameRequests({ pathPrefix: "/" }, { pathPrefix: "/", hostname: "a.example" })).toBe(false);
  });
});

describe("probesOf", () => {
  it.each([
    ["asks the prefix", {}, [{ name: "catalog", url: "http://edge:8000/api" }]],
    [
      "asks the route's own path",
      { probePath: "/api/x?y=1" },
      [{ name: "catalog", url: "http://edge:8000/api/x?y=1" }],
    ],
    [
      "asks for the route's host",
      { hostname: "shop.example" },
      [{ name: "catalog", url: "http://edge:8000/api", hostname: "shop.example" }],
    ],
    ["asks nothing where nothing may be asked", { probePath: false as const }, []],
  ])("%s", (_, change, probes) => {
    expect(probesOf([{ ...route, ...change }], "edge")).toEqual(probes);
  });
});

describe("a real Traefik with these files", () => {
  let traefik: RunningTraefik | undefined;
  afterEach(() => traefik?.stop());

  it("starts with our arguments, routes by path, and asks for a password on the dashboard", async () => {
    const names = (headers: object) => Object.keys(headers).filter((name) => /auth.user/i.test(name));
    const api = createServer(({ url, headers }, response) =>
      response.end(["api", url, ...names(headers)].join(" ")),
    ).listen(0, "127.0.0.1");
    const page = createServer((request, response) => response.end(`page ${request.url}`)).listen(0, "127.0.0.1");
    await Promise.all([api, page].map((server) => new Promise((resolve) => server.once("listening", resolve))));
    const address = (server: typeof api) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

    const servers = [address(page)];
    const files = [
      ...renderTraefikBase(),
      ...renderTraefikRoute({ ...route, servers: [address(api)] }),
      ...renderTraefikRoute({ name: "frontend", pathPrefix: "/", servers: [address(page)], readyPath: "/" }),
      ...renderTraefikRoute({ name: "hello", pathPrefix: "/", hostname: "Hello.example", servers, readyPath: "/" }),
      ...renderTraefikRoute({ name: "gone", pathPrefix: "/gone", servers: ["127.0.0.1:1"], readyPath: "/" }),
    ];
    traefik = await startTraefik(files);
    const { log, portOf } = traefik;
    const at = (entryPoint: keyof typeof TRAEFIK_PORTS, where: string) =>
      fetch(`http://127.0.0.1:${portOf(entryPoint)}${where}`);
    const body = async (where: string) => (await at("web", where)).text();

    await expect.poll(() => body("/api/films").catch(() => "")).toBe("api /api/films");
    expect(await body("/apiary")).toBe("page /apiary");
    expect(await body("/")).toBe("page /");
    const spoofed = await fetch(`http://127.0.0.1:${portOf("web")}/api/names`, {
      headers: { X_Auth_User: "root", "X-Auth-User": "mia" },
    });
    expect(await spoofed.text()).toBe("api /api/names x-auth-user");
    const asked = await fetch(`http://127.0.0.1:${portOf("web")}/api/x?person=Erika+Mustermann&_wpnonce=abc`);
    expect(await asked.text()).toContain("person=Erika");
    await expect.poll(log).toContain("/api/x");
    expect(log()).not.toMatch(/Erika|_wpnonce/);
    expect((await at("dashboard", "/dashboard/")).status).toBe(401);
    expect((await at("metrics", "/ping")).status).toBe(200);
    // What objectives at the edge go by: an answer that no server gave counts, at bounds that may be promised.
    await expect.poll(async () => (await at("web", "/gone")).status).toBe(503);
    const metrics = await (await at("metrics", "/metrics")).text();
    expect(metrics).toContain("traefik_service_requests_total");
    expect(metrics).not.toMatch(/^traefik_service_requests_total\{code="503"/m);
    const unanswered = 'code="503",method="GET",protocol="http",router="gone@file",service="gone@file"';
    for (const bound of TRAEFIK_BUCKETS) {
      expect(metrics).toContain(`traefik_router_request_duration_seconds_bucket{${unanswered},le="${bound}"}`);
    }
    expect(log()).not.toMatch(/"level":"(error|fatal)"/);
    api.close();
    page.close();
  });
});
