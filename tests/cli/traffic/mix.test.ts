import { describe, expect, it } from "vitest";
import { inTurn, mixOf, type Visit } from "../../../cli/traffic/mix.ts";
import type { ProofRoute } from "../../../signals/proof.ts";

const route = (service: string, path: string, hostname?: string): ProofRoute => ({
  name: service,
  service,
  edge: "edge",
  url: `http://localhost${path}`,
  ...(hostname === undefined ? {} : { hostname }),
});
const ROUTES = [
  route("frontend", "/"),
  route("catalog", "/api/films?per_page=1"),
  route("orders", "/api/orders?per_page=1"),
  route("recommender", "/api/recommendations?film_id=1&limit=1"),
  route("blog", "/", "blog.localhost"),
  route("pages", "/hello"),
];
const names = (visits: readonly Visit[]) => visits.map(({ name }) => name);

describe("the mix of a deployment", () => {
  it("has each route as it is declared, and what people do on those that are known", () => {
    expect(names(mixOf(ROUTES, false))).toEqual([
      "GET /",
      "GET /api/films?per_page=1",
      "GET /api/films?query=",
      "GET /api/films/{id}",
      "GET /api/genres",
      "GET /api/visits",
      "GET /api/orders?per_page=1",
      "GET /api/orders?page=",
      "GET /api/recommendations?film_id=1&limit=1",
      "GET /api/recommendations?film_id=",
      "blog.localhost GET /",
      "blog.localhost GET /?p=1",
      "blog.localhost GET /feed/",
      "blog.localhost GET /?s=",
      "GET /hello",
    ]);
  });

  it("orders films only where it may, each once, of a customer of its own", () => {
    expect(names(mixOf(ROUTES, false)).filter((name) => name.includes("POST"))).toEqual([]);
    const [order] = mixOf(ROUTES, true).filter(({ name }) => name.includes("POST"));
    const [first, again, second] = [order?.request(1), order?.request(1), order?.request(2)];
    expect(first).toEqual(again);
    expect(first?.headers["idempotency-key"]).not.toBe(second?.headers["idempotency-key"]);
    expect(first?.json).toMatchObject({ customer: expect.stringMatching(/^traffic-[0-9a-f]{12}$/) });
    const [other] = mixOf(ROUTES, true).filter(({ name }) => name.includes("POST"));
    expect(other?.request(1).json).not.toEqual(first?.json);
    expect(names(mixOf([route("frontend", "/")], true))).toEqual(["GET /"]);
  });

  it("asks nothing but the addresses of the routes, each by its host name", () => {
    for (const visit of mixOf(ROUTES, true)) {
      for (const at of [0, 1, 7, 1000]) {
        const { url, headers } = visit.request(at);
        expect(new URL(url).origin).toBe("http://localhost");
        expect(headers.host).toBe(visit.name.startsWith("blog.") ? "blog.localhost" : undefined);
      }
    }
  });
});

describe("visits in turn", () => {
  const visit = (name: string, weight: number): Visit => ({ name, weight, request: () => ({ url: "", headers: {} }) });

  it("come as often as their weights say, spread evenly, and none is left out", () => {
    const turn = inTurn([visit("a", 3), visit("b", 1), visit("c", 2)]);
    const first = Array.from({ length: 6 }, () => turn.next().value.name).join("");
    expect(first).toBe("acabca");
    const next = Array.from({ length: 6 }, () => turn.next().value.name).join("");
    expect(next).toBe(first);
  });

  it("fails where there is nothing to ask", () => {
    expect(() => inTurn([]).next()).toThrow("there is no route to ask");
  });
});
