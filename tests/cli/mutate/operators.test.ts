import { describe, expect, it } from "vitest";
import { mutantsOf, mutated, sampleOf } from "../../../cli/mutate/operators.ts";

/** The texts that a file becomes, by operator. */
const changed = (text: string, operator?: string) =>
  mutantsOf("a.ts", text)
    .filter((mutant) => operator === undefined || mutant.operator === operator)
    .map((mutant) => mutated(text, mutant));

describe("a source is changed", () => {
  it.each<[string, string, string, readonly string[]]>([
    ["at a comparison", "comparison", "a < b; c === d;", ["a <= b; c === d;", "a < b; c !== d;"]],
    ["at a sum of numbers", "arithmetic", "x = a + b;", ["x = a - b;"]],
    ["and not where texts are joined", "arithmetic", 'x = a + "b";', []],
    ["at what both or either say", "boolean", "a && !b;", ["a || !b;", "a && b;"]],
    ["at true and false", "boolean", "f(true, false);", ["f(false, false);", "f(true, true);"]],
    ["at a number", "number", "x = 30; y = 0;", ["x = (30 + 1); y = 0;", "x = 30; y = 1;"]],
    [
      "at a text",
      "string",
      `x = "a"; y = ""; z = \`\${a}s\`;`,
      [`x = ""; y = ""; z = \`\${a}s\`;`, `x = "a"; y = "mutant"; z = \`\${a}s\`;`, 'x = "a"; y = ""; z = ``;'],
    ],
    [
      "at a condition",
      "condition",
      "if (a) b; c ? d : e;",
      ["if (true) b; c ? d : e;", "if (false) b; c ? d : e;", "if (a) b; true ? d : e;", "if (a) b; false ? d : e;"],
    ],
    ["by a statement less", "statement", "a(); throw b;", ["; throw b;", "a(); ;"]],
    ["by one element less", "element", "x = [a, b];", ["x = [b];", "x = [a];"]],
    [
      "by one property less",
      "property",
      "x = { a, ...b, c: 1 };",
      ["x = { ...b, c: 1 };", "x = { a, c: 1 };", "x = { a, ...b };"],
    ],
    ["at a call", "call", "a.filter(f).some(g);", ["a.some(g);", "a.filter(f).every(g);"]],
  ])("%s", (_, operator, text, expected) => {
    expect(changed(text, operator)).toEqual(expected);
  });

  it.each([
    'import { a } from "b";',
    'type A = "a" | 1;',
    "interface A { readonly b: 1 }",
    'export * from "a";',
    "const a: 1 | 2 = b;",
  ])("and not at what only the compiler reads: %s", (text) => expect(changed(text)).toEqual([]));

  it("with its place", () => {
    expect(mutantsOf("a.ts", "x;\n  y < 2;")[1]).toEqual({
      ...{ file: "a.ts", line: 2, column: 3, operator: "statement", start: 5, end: 11 },
      ...{ original: "y < 2;", replacement: ";" },
    });
  });
});

describe("a sample", () => {
  const all = Array.from({ length: 100 }, (_, index) => index);

  it("is the same for the same seed, in the order of the whole", () => {
    const sample = sampleOf(all, 10, 1);
    expect(sample).toHaveLength(10);
    expect(new Set(sample).size).toBe(10);
    expect(sampleOf(all, 10, 1)).toEqual(sample);
    expect([...sample].sort((a, b) => a - b)).toEqual(sample);
    expect(sampleOf(all, 10, 2)).not.toEqual(sample);
  });

  it("takes each as often as any other", () => {
    const counts = all.map(() => 0);
    for (let seed = 1; seed <= 1000; seed++)
      for (const one of sampleOf(all, 10, seed)) counts[one] = (counts[one] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(140);
  });

  it("is all where there are no more", () => {
    expect(sampleOf([1, 2], 5, 1)).toEqual([1, 2]);
  });
});
