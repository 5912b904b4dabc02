import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  probesOf,
  renderTraefikBase,
  renderTraefikRoute,
  sameRequests,
  type TRAEFIK_PORTS,
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
  expect(paths.map(priorityOf)).toEqual([2, 4, 6, 8]);
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
