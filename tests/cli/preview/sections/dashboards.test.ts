import { describe, expect, it } from "vitest";
import { dashboards } from "../../../../cli/preview/sections/dashboards.ts";
import { landing } from "../events.ts";
import { found } from "../found.ts";

describe("dashboards", () => {
  const page = (...panels: readonly (readonly [string, string])[]) =>
    `${JSON.stringify({
      title: "Shop",
      panels: [
        { type: "row", title: "Row" },
        ...panels.map(([title, expr], id) => ({ id, title, gridPos: { y: id }, targets: [{ expr }] })),
      ],
    })}\n`;
  const drawn = (old: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
    found(dashboards, [landing("dashboards", old, now)]);

  it("says which panels come, go and differ, and not which only move", () => {
    const old = page(["Errors", "a"], ["Rate", "b"], ["Slow", "c"]);
    const now = page(["Rate", "b"], ["Slow", "d"], ["Waiting", "e"]);
    expect(drawn({ "Vigie/shop.json": old }, { "Vigie/shop.json": now })).toEqual([
      'changed: Shop: has "Waiting"; has no more "Errors"; shows otherwise "Slow"',
    ]);
  });

  it("says which pages come and go", () => {
    expect(drawn({}, { "Vigie/shop.json": page(["Errors", "a"]) })).toEqual(["added: Shop: 1 panel"]);
    expect(drawn({ "Vigie/shop.json": page(["Errors", "a"]) }, {})).toEqual(["!removed: Shop: 1 panel"]);
    expect(drawn({ "Vigie/shop.json": page() }, { "Vigie/shop.json": page() })).toEqual([]);
  });
});
