import { describe, expect, it } from "vitest";
import { brokenFlows, openPaths, renderOpenPaths, sharedNetworks, workloadOf } from "../../config/open-paths.ts";
import type { Flow } from "../../services/flow.ts";

const flow = (from: string, to: string, port: number | string): Flow => ({ from, to, port, why: "for a test" });
const NETWORKS = { edge: ["edge", "shop-1", "shop-2"], "store-db": ["db", "shop-1", "shop-2"], alone: ["x"] };
const FLOWS = [flow("edge", "shop-1", 80), flow("edge", "shop-2", 80), flow("shop-1", "db", 5432)];

describe("openPaths", () => {
  it("are the pairs that share a network, and of which nobody declared a flow", () => {
    expect(openPaths(FLOWS, NETWORKS).map(({ from, to }) => `${from} ${to}`)).toEqual([
      "db shop-1",
      "db shop-2",
      "shop-1 edge",
      "shop-1 shop-2",
      "shop-2 db",
      "shop-2 edge",
      "shop-2 shop-1",
    ]);
  });

  it("are not closed by a socket that two share: it leads to no port", () => {
    const one = { edge: ["a", "b"] };
    expect(openPaths([flow("a", "b", "/run/x.sock")], one)).toContainEqual({ from: "a", to: "b" });
    expect(openPaths([flow("a", "b", 1)], one)).toEqual([{ from: "b", to: "a" }]);
  });

  it("are none where nobody shares a network", () => {
    expect(openPaths([], { a: ["x"], b: ["y"] })).toEqual([]);
  });
});

describe("brokenFlows", () => {
  it("are those between two that share no network, and neither sockets nor other machines", () => {
    const broken = flow("edge", "db", 5432);
    const all = [...FLOWS, broken, flow("edge", "db", "/run/x.sock"), flow("edge", "mail.shop.example", 587)];
    expect(brokenFlows(all, NETWORKS)).toEqual([broken]);
  });
});

describe("sharedNetworks", () => {
  it("are all that both are in", () => {
    expect(sharedNetworks(NETWORKS, "shop-1", "shop-2")).toEqual(["edge", "store-db"]);
    expect(sharedNetworks(NETWORKS, "edge", "db")).toEqual([]);
  });
});

describe("workloadOf", () => {
  it.each([
    ["blog-1", "blog"],
    ["blog-12-exporter", "blog-exporter"],
    ["blog-php-1-exporter", "blog-php-exporter"],
    ["postgres", "postgres"],
    ["s3-cache", "s3-cache"],
    ["level-2-shop", "level-2-shop"],
  ])("of %s is %s", (container, workload) => {
    expect(workloadOf(container)).toBe(workload);
  });
});

describe("renderOpenPaths", () => {
  it("names who is in a network and what is declared there, replicas once, and leaves out who is alone", () => {
    expect(renderOpenPaths([...FLOWS, flow("edge", "shop-1", "/run/x.sock")], NETWORKS)).toBe(
      [
        "| network | who is in it | declared there |",
        "| --- | --- | --- |",
        "| `edge` | `edge`, `shop` | `edge` → `shop` 80 |",
        "| `store-db` | `db`, `shop` | `shop` → `db` 5432 |",
      ].join("\n"),
    );
    expect(renderOpenPaths([], { app: ["a", "b"] })).toContain("| `app` | `a`, `b` | nothing |");
  });
});
