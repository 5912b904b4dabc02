import { describe, expect, it } from "vitest";
import { directionOf, skeletonOf } from "../../../cli/preview/limits.ts";

const limits = (query: string) => skeletonOf(query).comparisons.map(({ fires, number }) => `${fires} ${number}`);

describe("skeletonOf", () => {
  it("takes out the limits and the windows, and leaves what is a name or a label", () => {
    expect(skeletonOf('sum(rate(a2{code="5"}[30s])) / 2 > 0.05 and b >= 5')).toEqual({
      text: 'sum(rate(a2{code="5"}[~])) / # > # and b >= #',
      comparisons: [
        { fires: "above", number: "2" },
        { fires: "above", number: "0.05" },
        { fires: "above", number: "5" },
      ],
      windows: ["30s"],
    });
  });

  it.each([
    ["a > 1", ["above 1"]],
    ["1 < a", ["above 1"]],
    ["a < 1", ["below 1"]],
    ["1 >= a", ["below 1"]],
    ["a > (5)", ["above 5"]],
    ["a > -3", ["above -3"]],
    ["a == 0", ["unknown 0"]],
    ["a != bool 1", ["unknown 1"]],
    ["a unless b > 7", ["below 7"]],
    ["a > 7 unless b", ["above 7"]],
    ["count(a > 3) < 2", ["unknown 3", "below 2"]],
    ["(a > 3) - b > 2", ["unknown 3", "above 2"]],
    ["a * 60 >= 5", ["above 5"]],
    ["1 - a / 4", []],
  ])("%s fires %j", (query, expected) => {
    expect(limits(query)).toEqual(expected);
  });
});

describe("directionOf", () => {
  const direction = (fires: "above" | "below" | "unknown", old: string, now: string) =>
    directionOf({ fires, number: old }, { fires, number: now });

  it.each([
    ["above", "0.05", "0.1", "loosened"],
    ["above", "0.1", "0.05", "tightened"],
    ["below", "0.1", "0.05", "loosened"],
    ["below", "0.05", "0.1", "tightened"],
    ["above", "90", "2m", "loosened"],
    ["above", "1e3", "999", "tightened"],
    ["above", "1", "1.0", undefined],
    ["unknown", "1", "2", undefined],
    ["above", "Inf", "2", undefined],
  ] as const)("%s %s, then %s: %s", (fires, old, now, expected) => {
    expect(direction(fires, old, now)).toBe(expected);
  });

  it("is not known where the sides differ", () => {
    expect(directionOf({ fires: "above", number: "1" }, { fires: "below", number: "2" })).toBeUndefined();
  });
});
