import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Grammar } from "../../services/grammar.ts";
import * as grammar from "../../services/grammar.ts";

const x = (length: number) => "x".repeat(length);

describe("the grammar", () => {
  it.each<[string, Grammar<unknown>, readonly unknown[], readonly unknown[]]>([
    ["a port", grammar.PORT, [1, 80, 65_535], [0, 65_536, 80.5, "80", undefined, Number.NaN]],
    ["a high port", grammar.HIGH_PORT, [1024, 65_535], [1023, 65_536]],
    ["a packet", grammar.MTU, [576, 1500, 65_535], [575, 65_536, "1500"]],
    ["replicas", grammar.REPLICAS, [1, 50], [0, 51, 1.5]],
    ["series", grammar.SERIES, [1, 100_000], [0, 100_001]],
    ["a size", grammar.SIZE, ["8GiB", "0.5MiB"], ["8GB", "8", 8, ""]],
    ["a service", grammar.SERVICE_NAME, ["a", "shop-2", x(40)], ["", "2shop", "shop-", "Shop", "a_b", x(41)]],
    ["a container", grammar.CONTAINER_NAME, ["a", "a-", x(60)], ["", "1a", "-a", "A", "a_b", "a.b"]],
    ["a host that is reached by SSH", grammar.HOST_ALIAS, ["web", "1web"], ["", "-web", "Web", "we b"]],
    ["a user of a store", grammar.STORE_USER, ["a", "a_b-c", x(40)], ["", "1a", "_a", "A", x(41)]],
    [
      "a host name",
      grammar.HOSTNAME,
      ["shop", "shop.example", "1.2"],
      ["", "Shop", ".shop", "shop.", "a..b", "a_b", "shop:80"],
    ],
    [
      "a name or an address",
      grammar.NAME_OR_ADDRESS,
      ["Watch.example", "192.0.2.1", "a"],
      ["", "-a", "a-", "a:1", "fe80::1", "http://a"],
    ],
    ["a metric", grammar.METRIC_NAME, ["up", "job:up:sum", "_x"], ["", "1up", "a-b", "a.b"]],
  ])("says what may be %s, and what its neighbours are", (_, { fits, allowed }, fine, wrong) => {
    for (const value of fine) expect(fits(value), JSON.stringify(value)).toBe(true);
    for (const value of wrong) expect(fits(value), JSON.stringify(value)).toBe(false);
    expect(allowed.length).toBeGreaterThan(8);
  });

  it("is written down once: no other file has the same pattern or the same limits", () => {
    const own = readFileSync("services/grammar.ts", "utf8");
    const patterns = [...own.matchAll(/\/\^\S+\$\//g)].map(([pattern]) => pattern);
    expect(patterns.length).toBeGreaterThan(6);
    const files = globSync("{services,signals,dashboards,config,components,hosts,systems,cli}/**/*.ts").filter(
      // What runs in images of its own has none of this beside it.
      (file) =>
        file !== "services/grammar.ts" &&
        !/^services\/(storefront|surveys|blog|inbox|monitoring|telemetry)\//.test(file),
    );
    expect(files.length).toBeGreaterThan(400);
    const copies = files.flatMap((file) => {
      const text = readFileSync(file, "utf8");
      return [...patterns, ">= 576", "65_535"].filter((copy) => text.includes(copy)).map((copy) => `${file}: ${copy}`);
    });
    expect(copies).toEqual([]);
  });
});
