import { describe, expect, it } from "vitest";
import { requests } from "../../../../cli/preview/sections/requests.ts";
import { renderTraefikRoute } from "../../../../config/traefik.ts";
import { type GivenStep, landing } from "../events.ts";
import { container, found } from "../found.ts";

describe("requests", () => {
  const outputs = {
    proof: {
      routes: [
        { edge: "edge", service: "catalog", url: "http://localhost/api/films?per_page=1" },
        { edge: "edge", service: "blog", url: "http://localhost/", hostname: "blog.localhost" },
      ],
      calls: [
        { from: "edge", to: "catalog" },
        { from: "edge", to: "blog" },
        { from: "catalog", to: "cache" },
        { from: "cache", to: "postgres" },
      ],
    },
  };
  const lost = (...steps: readonly GivenStep[]) => found(requests, steps, outputs);

  it("are lost while the only replica is replaced, also one that is only asked by others", () => {
    const text = "the only replica is replaced; until the new one is healthy these fail: http://localhost/api/films";
    expect(lost(container("replace", "catalog", "catalog"))).toEqual([`!lost for a while: catalog: ${text}`]);
    expect(lost(container("replace", "postgres", "postgres"))).toEqual([`!lost for a while: postgres: ${text}`]);
  });

  it("are all lost while the edge is replaced", () => {
    expect(lost(container("replace", "edge", "edge"))[0]).toContain(
      "http://localhost/api/films, http://blog.localhost/",
    );
  });

  it("are not lost where another replica answers", () => {
    const two = ["blog-1", "blog-2"].map((name) => container("replace", name, "blog"));
    expect(lost(...two)).toEqual([
      "none lost: blog: 2 of 2 replicas end, one after the other; the others answer: http://blog.localhost/",
    ]);
    expect(lost(container("same", "blog-1", "blog"), container("delete", "blog-2", "blog"))[0]).toContain(
      "1 of 2 replicas",
    );
  });

  it("are lost for good where all of a component go", () => {
    expect(lost(container("delete", "blog-1", "blog"), container("delete", "blog-2", "blog"))).toEqual([
      "!!lost: blog: it is taken away, and these fail from then on: http://blog.localhost/",
    ]);
  });

  it("are not lost with what nobody asks any more, and those that go with it are", () => {
    const { routes } = outputs.proof;
    const goes = container("delete", "postgres", "postgres");
    const without = (proof: object) => found(requests, [goes], outputs, { proof });
    expect(without({ routes, calls: [{ from: "edge", to: "catalog" }] })).toEqual([
      "none lost: postgres: it is taken away when nobody asks it any more; these are answered without it: http://localhost/api/films",
    ]);
    const fail = "!!lost: postgres: it is taken away, and these fail from then on: http://localhost/api/films";
    expect(without({ routes: routes.slice(1), calls: [] })).toEqual([fail]);
    expect(without({ routes, calls: [{ from: "catalog", to: "postgres" }] })).toEqual([fail]);
    expect(found(requests, [goes], outputs, {})).toEqual([fail]);
  });

  it("are none of an exporter, of what nobody asks, or of what is new or stays", () => {
    expect(lost(container("replace", "catalog-exporter", "catalog"))).toEqual([]);
    expect(lost(container("replace", "prometheus", "prometheus"), container("create", "catalog", "catalog"))).toEqual(
      [],
    );
    expect(lost(container("same", "catalog", "catalog"), container("update", "catalog", "catalog"))).toEqual([]);
  });

  describe("of a service with a candidate", () => {
    const at = (weight: number): Readonly<Record<string, string>> => {
      const split = { servers: ["shop-dev-catalog-candidate-1:5000"], weight, sticky: false };
      const route = { name: "catalog", pathPrefix: "/", servers: ["shop-dev-catalog:5000"], readyPath: "/ready" };
      const [file] = renderTraefikRoute({ ...route, split });
      return { "catalog.yml": file?.content ?? "" };
    };
    const edge = (before: number, after = before) => landing("edge", at(before), at(after));
    const stable = (op: string) => container(op, "catalog", "catalog");
    const candidate = (op: string) => container(op, "catalog-candidate-1", "catalog");
    const films = "http://localhost/api/films";

    it("are not lost where the other version answers", () => {
      const text = `none lost: catalog: 1 of 2 replicas end, one after the other; the others answer: ${films}`;
      expect(lost(edge(10), stable("replace"), candidate("same"))).toEqual([text]);
      expect(lost(edge(10), stable("same"), candidate("replace"))).toEqual([text]);
    });

    it("are not lost where stable is replaced and the candidate has all", () => {
      expect(lost(edge(100), stable("replace"), candidate("same"))).toEqual([]);
    });

    it("are lost while a candidate is replaced that has all, and not while one is that has none", () => {
      expect(lost(edge(100), stable("same"), candidate("replace"))).toEqual([
        `!lost for a while: catalog: the only replica is replaced; until the new one is healthy these fail: ${films}`,
      ]);
      expect(lost(edge(0), stable("same"), candidate("replace"))).toEqual([]);
    });

    it("are lost for no more than a moment where a candidate goes that had all", () => {
      expect(lost(edge(100, 0), stable("same"), candidate("delete"))).toEqual([
        `!lost for a while: catalog: the candidate had all of them and goes: for two seconds, until the edge has read its file, these may fail: ${films}`,
      ]);
      expect(lost(edge(10, 0), stable("same"), candidate("delete"))).toEqual([]);
    });

    it("of others that ask stable are lost while that is replaced, whatever the candidate has", () => {
      const asking = { routes: outputs.proof.routes, calls: [{ from: "blog", to: "catalog" }] };
      const steps = [edge(100), stable("replace"), candidate("same")];
      expect(found(requests, steps, { proof: asking })).toEqual([
        "!lost for a while: catalog: the only replica is replaced; until the new one is healthy these fail: http://blog.localhost/",
      ]);
    });
  });
});
