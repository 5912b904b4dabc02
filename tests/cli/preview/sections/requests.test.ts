import { describe, expect, it } from "vitest";
import { requests } from "../../../../cli/preview/sections/requests.ts";
import type { GivenStep } from "../events.ts";
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
});
