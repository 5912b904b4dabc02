import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type Route, renderTraefikBase, renderTraefikRoute } from "../../config/traefik.ts";
import type { RouteSplit } from "../../config/traefik-split.ts";
import { startTraefik } from "./running-traefik.ts";

/** A route with two versions behind it: its file, and what a real Traefik makes of it. */
const route: Route = {
  name: "catalog",
  pathPrefix: "/api",
  servers: ["catalog-1:5000", "catalog-2:5000"],
  readyPath: "/ready",
};
const split: RouteSplit = { servers: ["catalog-candidate-1:5000"], weight: 10, sticky: false };
const rendered = (more: object) => parse(renderTraefikRoute({ ...route, ...more })[0]?.content ?? "").http;
const serversOf = (service: { loadBalancer: { servers: readonly { url: string }[] } }) =>
  service.loadBalancer.servers.map(({ url }) => url);

describe("the file of a route with two versions", () => {
  it("gives each its part, with the health checks that servers have, behind the service's own name", () => {
    const { routers, services } = rendered({ split });
    expect(services.catalog).toEqual({
      weighted: {
        services: [
          { name: "catalog.stable", weight: 90 },
          { name: "catalog.candidate", weight: 10 },
        ],
        healthCheck: {},
      },
    });
    expect(serversOf(services["catalog.stable"])).toEqual(["http://catalog-1:5000", "http://catalog-2:5000"]);
    expect(serversOf(services["catalog.candidate"])).toEqual(["http://catalog-candidate-1:5000"]);
    const plain = rendered({});
    for (const version of ["catalog.stable", "catalog.candidate"]) {
      expect(services[version].loadBalancer.healthCheck).toEqual(plain.services.catalog.loadBalancer.healthCheck);
    }
    expect(routers).toEqual(plain.routers);
  });

  it.each([1, 99])("divides at %j percent, too", (weight) => {
    const { services } = rendered({ split: { ...split, weight } });
    expect(services.catalog.weighted.services.map((one: { weight: number }) => one.weight)).toEqual([
      100 - weight,
      weight,
    ]);
  });

  it("leads to one version alone at 0 and at 100, as a route without a rollout does", () => {
    expect(rendered({ split: { ...split, weight: 0 } })).toEqual(rendered({}));
    expect(rendered({ split: { ...split, weight: 100 } })).toEqual(rendered({ servers: split.servers }));
  });

  it("keeps a visitor at his version by a cookie that no script reads, where that is asked for", () => {
    const { services } = rendered({ split: { ...split, sticky: true } });
    expect(services.catalog.weighted.sticky).toEqual({
      cookie: { name: "catalog-version", httpOnly: true, sameSite: "lax" },
    });
    expect(JSON.stringify(rendered({ split }))).not.toContain("sticky");
  });
});

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0).reverse()) stop();
});

/** A version that says which one it is, and can be made unready. */
const version = async (name: string) => {
  const state = { ready: true };
  const server: Server = createServer(({ url }, response) => {
    if (url === "/ready") response.statusCode = state.ready ? 200 : 503;
    response.end(name);
  }).listen(0, "127.0.0.1");
  stops.push(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return { state, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const running = async (more: Partial<RouteSplit>) => {
  const [stable, candidate] = [await version("stable"), await version("candidate")];
  const divided: Route = {
    ...{ name: "catalog", pathPrefix: "/", servers: [stable.address], readyPath: "/ready" },
    split: { servers: [candidate.address], weight: 10, sticky: false, ...more },
  };
  // More than one address may ask at once, in a test.
  const limits = { requestsPerSecond: 10_000, burst: 10_000 };
  const traefik = await startTraefik([...renderTraefikBase({ limits }), ...renderTraefikRoute(divided)], { limits });
  stops.push(traefik.stop);
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${traefik.portOf("web")}/`, { headers });
  await expect
    .poll(() =>
      ask().then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  const asked = async (times: number, headers?: Record<string, string>) => {
    const answers: string[] = [];
    for (let time = 0; time < times; time++) {
      const answer = await ask(headers);
      answers.push(answer.ok ? await answer.text() : String(answer.status));
    }
    return answers;
  };
  const weigh = (weight: number) =>
    traefik.land(renderTraefikRoute({ ...divided, split: { servers: [candidate.address], sticky: false, weight } }));
  return { traefik, stable, candidate, ask, asked, weigh };
};
const share = (answers: readonly string[]) => answers.filter((answer) => answer === "candidate").length;

describe("Traefik", () => {
  it.each([10, 75])("gives the candidate %j of a hundred requests", async (weight) => {
    const { asked } = await running({ weight });
    const answers = await asked(200);
    expect([...new Set(answers)].sort()).toEqual(["candidate", "stable"]);
    expect(Math.abs(share(answers) - 2 * weight)).toBeLessThanOrEqual(3);
  });

  it.each<["stable" | "candidate", "stable" | "candidate", number]>([
    ["candidate", "stable", 90],
    ["stable", "candidate", 10],
  ])("gives a %s that is not ready nothing: the other one answers", async (away, other, weight) => {
    const { asked, ...versions } = await running({ weight });
    versions[away].state.ready = false;
    await expect.poll(async () => [...new Set(await asked(30))], { timeout: 10_000 }).toEqual([other]);
    versions[away].state.ready = true;
    await expect.poll(async () => new Set(await asked(30)).size, { timeout: 10_000 }).toBe(2);
  });

  it("answers 503 when neither is ready, and goes on when one is again", async () => {
    const { stable, candidate, asked } = await running({ weight: 50 });
    stable.state.ready = false;
    candidate.state.ready = false;
    await expect.poll(async () => [...new Set(await asked(4))], { timeout: 10_000 }).toEqual(["503"]);
    candidate.state.ready = true;
    await expect.poll(async () => [...new Set(await asked(4))], { timeout: 10_000 }).toEqual(["candidate"]);
  });

  it.each<[number, "stable" | "candidate"]>([
    [0, "candidate"],
    [100, "stable"],
  ])(
    "answers at once, with 503, where at %j percent only the %s is ready, which was away before",
    async (weight, ready) => {
      const { asked, ...versions } = await running({ weight });
      const other = ready === "stable" ? "candidate" : "stable";
      for (const state of [false, true]) {
        versions[ready].state.ready = state;
        await sleep(1600);
      }
      versions[other].state.ready = false;
      await expect.poll(async () => [...new Set(await asked(4))], { timeout: 10_000 }).toEqual(["503"]);
      versions[other].state.ready = true;
      await expect.poll(async () => [...new Set(await asked(4))], { timeout: 10_000 }).toEqual([other]);
    },
  );

  it("loses no request by a change of weights, from nothing to all and back", async () => {
    const { ask, asked, weigh } = await running({ weight: 0 });
    const failed: string[] = [];
    let [going, all] = [true, 0];
    const visitors = Array.from({ length: 8 }, async () => {
      while (going) {
        const said = await ask().then(async (answer) => (answer.ok ? "" : String(answer.status)), String);
        if (said !== "") failed.push(said);
        all += 1;
      }
    });
    for (const [weight, versions] of [
      [10, ["candidate", "stable"]],
      [100, ["candidate"]],
      [50, ["candidate", "stable"]],
      [0, ["stable"]],
    ] as const) {
      weigh(weight);
      await expect.poll(async () => [...new Set(await asked(60))].sort(), { timeout: 10_000 }).toEqual(versions);
    }
    going = false;
    await Promise.all(visitors);
    expect(all).toBeGreaterThan(1000);
    expect(failed).toEqual([]);
  });

  it("keeps a visitor with a cookie at his version, and sends him on when that is away", async () => {
    const { ask, asked, candidate } = await running({ weight: 50, sticky: true });
    const cookies = new Map<string, string>();
    for (let time = 0; time < 10; time++) {
      const answer = await ask();
      const said = answer.headers.get("set-cookie") ?? "";
      expect(said).toMatch(/^catalog-version=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
      cookies.set(await answer.text(), said.split(";")[0] ?? "");
    }
    for (const [name, cookie] of cookies) expect([...new Set(await asked(20, { cookie }))]).toEqual([name]);
    const cookie = cookies.get("candidate") ?? "";
    candidate.state.ready = false;
    await expect.poll(async () => [...new Set(await asked(20, { cookie }))], { timeout: 10_000 }).toEqual(["stable"]);
  });

  it("counts routers by the service's own name, and servers by that of their version", async () => {
    const { traefik, asked } = await running({ weight: 50 });
    await asked(10);
    const metrics = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${traefik.portOf("metrics")}/metrics`)).text();
    await expect
      .poll(metrics, { timeout: 10_000 })
      .toMatch(/traefik_service_requests_total\{.*service="catalog\.candidate@file"/);
    // From the first check of its health on.
    await expect
      .poll(metrics, { timeout: 10_000 })
      .toMatch(/traefik_service_server_up\{service="catalog\.stable@file",url=/);
    const page = await metrics();
    expect(page).toMatch(/traefik_router_request_duration_seconds_count\{.*service="catalog@file"/);
    expect(page).not.toMatch(/traefik_router_request_duration_seconds_count\{.*service="catalog\./);
  });
});
