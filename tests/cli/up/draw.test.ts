import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { changesText, DONE, drawingOn, PLANNED, treeLines } from "../../../cli/up/draw.ts";
import type { Component, Tree } from "../../../cli/up/tree.ts";
import { treeOf } from "../../../cli/up/tree.ts";
import { recorded, until } from "./recorded.ts";

const one = (name: string, change: Partial<Component> = {}): Component => ({
  urn: name,
  name,
  state: "ready",
  complete: true,
  began: 0,
  ended: 4000,
  what: [],
  children: [],
  ...change,
});
const BUSY = { state: "creating", complete: false, what: ["b-container"] } as const;
const tree = (...components: readonly Component[]): Tree => ({ components, over: false });

function screen(tty: boolean, rows = 24) {
  let text = "";
  const drawing = drawingOn({ write: (more) => (text += more), tty, size: () => ({ rows, columns: 80 }) });
  return { drawing, text: () => text };
}

describe("in a log", () => {
  it("has a line a component when it is whole, once, parts before the whole, and moves no cursor", () => {
    const { drawing, text } = screen(false);
    const parts = one("monitoring", { children: [one("prometheus")] });
    drawing.show(tree(one("edge", { state: "unchanged" }), { ...parts, complete: false }), 5000);
    drawing.show(tree(one("edge"), parts), 6000);
    drawing.end(tree(one("edge"), parts), 7000);
    expect(
      text()
        .split("\n")
        .map((line) => line.trim().replace(/\s+/g, " ")),
    ).toEqual(["unchanged 4.0 s edge", "ready 4.0 s monitoring / prometheus", "ready 4.0 s monitoring", ""]);
    expect(stripVTControlCharacters(text())).toBe(text());
  });

  it("has a sign of life after half a minute without a line, and not before", () => {
    const { drawing, text } = screen(false);
    const now = tree(one("a", BUSY), one("b", { ...BUSY, what: [] }));
    for (const second of [0, 29, 29.9]) drawing.show(now, second * 1000);
    expect(text()).toBe("");
    drawing.show(now, 30_000);
    drawing.show(now, 31_000);
    expect(text()).toBe("   ... a creating for 30 s\n");
  });

  it("tells of a whole update what was recorded of one", () => {
    const { drawing, text } = screen(false);
    const events = recorded("fails");
    drawing.show(treeOf(until(events, "begun", "beta-container", "create-replacement")), 0);
    expect(text()).toBe("");
    drawing.end(treeOf(events), 0);
    expect(text()).toMatch(/^ {2}replaced .* alpha: alpha-container$/m);
    expect(text()).toMatch(/^ {2}failed .* beta: beta-container$/m);
  });
});

describe("on a terminal", () => {
  it("is drawn over what was drawn before, and stays at its end", () => {
    const { drawing, text } = screen(true);
    drawing.show(tree(one("a", BUSY), one("b")), 1000);
    drawing.say("a note");
    drawing.end(tree(one("a"), one("b")), 2000);
    const up = "\u001b[2A\u001b[0J";
    expect(text().split(up)).toHaveLength(3);
    expect(text().split(up)[1]).toMatch(/^a note\n {2}a {2}creating/);
    expect(text().split(up)[2]).toMatch(/^ {2}a {2}ready/);
  });

  it("is no longer than the screen: what is whole is summed up, what failed is not", () => {
    const many = [
      ...Array.from({ length: 20 }, (_, index) => one(`w${index}`)),
      one("same", { state: "unchanged" }),
      one("bad", { state: "failed" }),
      one("busy", BUSY),
    ];
    const lines = treeLines(tree(...many), 5000, { rows: 10, columns: 80 }).map(stripVTControlCharacters);
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(["bad", "busy", "…"]);
    expect(lines.at(-1)).toBe("  … and 20 ready, 1 unchanged");
    expect(treeLines(tree(...many), 5000, { rows: 25, columns: 80 })).toHaveLength(23);
    const busy = Array.from({ length: 30 }, (_, index) => one(`b${index}`, BUSY));
    expect(treeLines(tree(...busy), 5000, { rows: 10, columns: 80 })).toHaveLength(8);
  });

  it("has no line that is longer than it, and each part below its whole", () => {
    const deep = tree(one("top", { children: [one("part", { ...BUSY, what: ["x".repeat(200)] })] }));
    const [top, part] = treeLines(deep, 5000, { rows: 24, columns: 60 });
    expect(top).toMatch(/^ {2}top {5}ready/);
    expect(part).toMatch(/^ {4}part {2}creating/);
    expect(part?.length).toBe(59);
  });
});

describe("numbers of resources", () => {
  it.each([
    [{ create: 3, same: 2 }, "3 created, 2 unchanged", "3 to create, 2 stay"],
    [{ same: 217 }, "217 unchanged", "217 stay"],
    [{ replace: 1, delete: 2, update: 0 }, "1 replaced, 2 deleted", "1 to replace, 2 to delete"],
    [{}, "none", "none"],
  ])("are said in words: %j", (changes, done, planned) => {
    expect(changesText(changes, DONE)).toBe(done);
    expect(changesText(changes, PLANNED)).toBe(planned);
  });
});
