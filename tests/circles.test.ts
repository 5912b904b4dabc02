import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { circlesOf, importsOf } from "./circles.ts";

const FOLDERS = "{bench,cli,components,config,dashboards,hosts,offline,services,signals,systems}";
const files = Object.fromEntries(
  ["index.ts", ...globSync(`${FOLDERS}/**/*.ts`)]
    .filter((file) => !file.includes("node_modules"))
    .map((file) => [file, readFileSync(file, "utf8")]),
);

/**
 * Types that are made from a list of which they are a part: the name of a kind of store is derived from the kinds, whose
 * rules link to the kind's page by it. Nothing is run in that circle.
 */
const DERIVED: readonly (readonly [from: string, to: string])[] = [
  ["signals/dashboard-link.ts", "signals/stores/index.ts"],
  ["signals/pack.ts", "signals/stores/index.ts"],
];

describe("imports", () => {
  it("go in no circle, types neither", () => {
    const all = importsOf(files);
    for (const [from, to] of DERIVED) {
      expect(all.get(from), from).toContain(to);
      expect(files[from], from).toMatch(/^import type \{[^}]*\} from ".\/stores\/index.ts";$/m);
    }
    const isDerived = (from: string, to: string) => DERIVED.some(([one, other]) => one === from && other === to);
    const imports = new Map([...all].map(([from, to]) => [from, to.filter((one) => !isDerived(from, one))]));
    expect(imports.size).toBeGreaterThan(600);
    expect([...imports.values()].flat().length).toBeGreaterThan(2000);
    expect(circlesOf(imports)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>, readonly (readonly string[])[]]>([
    [
      "two that import each other",
      { "a.ts": 'import "./b.ts";', "b.ts": 'import { a } from "./a.ts";' },
      [["a.ts", "b.ts"]],
    ],
    [
      "three, one by its type, over several lines, one that hands on",
      {
        "x/a.ts": 'import {\n  type B,\n  b,\n} from "../b.ts";',
        "b.ts": 'export { c } from "./y/c.ts";',
        "y/c.ts": 'import type { A } from "../x/a.ts";',
      },
      [["b.ts", "x/a.ts", "y/c.ts"]],
    ],
    ["one that imports itself", { "a.ts": 'import { a } from "./a.ts";' }, [["a.ts"]]],
    ["none in a line", { "a.ts": 'import "./b.ts";', "b.ts": 'import "./c.ts";', "c.ts": "" }, []],
    ["none in a comment", { "a.ts": 'import "./b.ts";', "b.ts": '/**\nimport "./a.ts";\n*/' }, []],
    ["none of what is not a file of ours", { "a.ts": 'import "vitest"; import "./gone.ts";' }, []],
  ])("are seen: %s", (_, some, circles) => {
    expect(circlesOf(importsOf(some))).toEqual(circles);
  });
});
