import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { undocumented } from "./documented.ts";

const FOLDERS = [
  "bench",
  "cli",
  "components",
  "config",
  "dashboards",
  "hosts",
  "offline",
  "services",
  "signals",
  "systems",
];

const said = (text: string) => undocumented([{ file: "x.ts", text }]).map(({ line, name }) => `${line} ${name}`);

describe("what is exported", () => {
  it("says what it is, each symbol and each field", () => {
    const files = globSync(`{${FOLDERS.join(",")}}/**/*.ts`, {
      exclude: (name) => /(^|\/)(node_modules|dist)$|\.d\.ts$|\.test\.ts$/.test(name),
    });
    expect(files.length).toBeGreaterThan(500);
    const sources = files.sort().map((file) => ({ file, text: readFileSync(file, "utf8") }));
    expect(undocumented(sources).map(({ file, line, name }) => `${file}:${line} ${name}`)).toEqual([]);
  });
});

describe("what says nothing", () => {
  it.each([
    ["a function", "export function area() {}", ["1 area"]],
    ["a value", "export const PI = 3;", ["1 PI"]],
    ["a class and its field", "export class Shape {\n  readonly sides = 4;\n}", ["1 Shape", "2 Shape.sides"]],
    [
      "a field of a documented type",
      "/** A shape. */\nexport interface Shape {\n  sides: number;\n}",
      ["3 Shape.sides"],
    ],
    ["a field of an object type", "/** A shape. */\nexport type Shape = {\n  sides: number;\n};", ["3 Shape.sides"]],
  ])("is found: %s", (_, text, expected) => {
    expect(said(text)).toEqual(expected);
  });

  it.each([
    ["what is not exported", "function area() {}\ninterface Shape { sides: number }"],
    ["what is documented", "/** How large. */\nexport function area() {}"],
    ["a private member", "/** A shape. */\nexport class Shape {\n  #sides = 4;\n  private area() {}\n}"],
    ["a constructor", "/** A shape. */\nexport class Shape {\n  constructor() {}\n}"],
    ["the field that tells one shape of a union", '/** A shape. */\nexport interface Square {\n  kind: "square";\n}'],
    [
      "the second of two overloads",
      "/** How large. */\nexport function area(): 1;\nexport function area() { return 1; }",
    ],
    [
      "a member that inherits what it is",
      "/** A. */\nexport interface A {\n  /** Sides. */\n  sides: number;\n}\n/** B. */\nexport class B implements A {\n  sides = 4;\n}",
    ],
  ])("is not asked of %s", (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it.each([
    ["x", 'import type { A } from "./x/a.ts";\n/** B. */\nexport class B implements A {\n  sides = 4;\n}', []],
    ["y", 'import type { A } from "./y/a.ts";\n/** B. */\nexport class B implements A {\n  sides = 4;\n}', ["B.sides"]],
    ["x, renamed", 'import { A as C } from "./x/a.ts";\n/** B. */\nexport class B implements C {\n  sides = 4;\n}', []],
    ["no file", "/** B. */\nexport class B implements A {\n  sides = 4;\n}", ["B.sides"]],
  ])("inherits from the type that is imported, not from another of its name: from %s", (_, text, expected) => {
    const sources = [
      { file: "x/a.ts", text: "/** A. */\nexport interface A {\n  /** Sides. */\n  sides: number;\n}" },
      { file: "y/a.ts", text: "interface A {\n  sides: number;\n}" },
      { file: "b.ts", text },
    ];
    expect(undocumented(sources).map(({ name }) => name)).toEqual(expected);
  });

  it("is found where what is inherited is not documented either", () => {
    const text =
      "/** A. */\nexport interface A {\n  sides: number;\n}\n/** B. */\nexport class B implements A {\n  sides = 4;\n}";
    expect(said(text)).toEqual(["3 A.sides", "7 B.sides"]);
  });
});
