import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { coveringTests, testFolder } from "../../../cli/mutate/covering.ts";
import type { Mutant } from "../../../cli/mutate/operators.ts";
import { markdownOf, mutationJson, type Result, scoreOf } from "../../../cli/mutate/report.ts";
import { FOLDERS, mutateArguments, readDiff } from "../../../cli/mutate.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-covering-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  writeFileSync(path.join(directory, name), text);
  return name;
}

describe("the tests of a file", () => {
  file("config/a.ts", 'import { b } from "./b.ts";');
  file("config/b.ts", "export const b = 1;");
  file("config/alone.ts", "export const c = 1;");
  file("components/index.ts", 'export * from "../config/a.ts";');
  const tests = [
    file("tests/config/b.test.ts", 'import { b } from "../../config/b.ts"; import "../../config/missing.ts";'),
    file("tests/config/a.test.ts", 'const a = await import("../../config/a.ts");'),
    file("tests/config/package.test.ts", 'import "vigie";'),
    file("tests/components/x.test.ts", 'import "../../components/index.ts";'),
  ];
  const covering = coveringTests(directory, tests);

  it("are those of its folder that reach it, the nearest first", () => {
    expect(covering("config/b.ts")).toEqual({
      near: ["tests/config/b.test.ts"],
      far: ["tests/config/a.test.ts", "tests/config/package.test.ts"],
    });
    expect(covering("config/a.ts")).toEqual({
      near: ["tests/config/a.test.ts"],
      far: ["tests/config/package.test.ts"],
    });
  });

  it("are none where none imports it", () => {
    expect(covering("config/alone.ts")).toEqual({ near: [], far: [] });
  });

  it.each([
    ["config/redis.ts", "tests/config/"],
    ["signals/rules/host.ts", "tests/signals/"],
    ["cli/drill/faults/stop.ts", "tests/cli/drill/"],
    ["cli/up.ts", "tests/cli/"],
    ["hosts/kinds/file.ts", "tests/hosts/"],
  ])("of %s are in %s, which is there", (source, folder) => {
    expect(testFolder(source)).toBe(folder);
    expect(existsSync(folder)).toBe(true);
  });
});

describe("the command line", () => {
  it("has all folders where it says nothing", () => {
    expect(mutateArguments([])).toEqual({ folders: FOLDERS, seed: 1, parallel: 2, again: false });
  });

  it("is read", () => {
    const args = ["--folder", "config/", "--folder", "signals/slo", "--since", "main", "--sample", "40", "--seed", "7"];
    expect(mutateArguments([...args, "--parallel", "1", "--again"])).toEqual({
      ...{ folders: ["config", "signals/slo"], since: "main", sample: 40, seed: 7, parallel: 1, again: true },
    });
  });

  it.each([
    ["--sample", "0"],
    ["--seed", "x"],
    ["--parallel", "-1"],
    ["--parallel", "1.5"],
    ["--what", "1"],
  ])("fails for %s %s", (name, value) => expect(() => mutateArguments([`${name}=${value}`])).toThrow(name));

  it("takes the lines that a diff adds", () => {
    const diff =
      "--- a/x.ts\n+++ b/x.ts\n@@ -1 +2,2 @@\n+a\n+b\n@@ -9,3 +10,0 @@\n--- a/y.ts\n+++ b/y.ts\n@@ -0,0 +1 @@\n+c\n";
    expect([...readDiff(diff)].map(([name, lines]) => [name, [...lines]])).toEqual([
      ["x.ts", [2, 3]],
      ["y.ts", [1]],
    ]);
  });
});

describe("the report", () => {
  const mutant = {
    file: "a.ts",
    line: 3,
    column: 5,
    operator: "number",
    start: 1,
    end: 3,
    original: "30",
    replacement: "(30 + 1)",
  } satisfies Mutant;
  const results: readonly Result[] = (["killed", "killed", "timeout", "survived", "untested"] as const).map(
    (status) => ({ mutant, status }),
  );

  it("counts what was noticed of what was tried", () => {
    const score = scoreOf("config", 50, results);
    expect(score).toEqual({ folder: "config", all: 50, tried: 5, killed: 3, survived: 1, untested: 1, score: 60 });
    expect(scoreOf("config", 0, []).score).toBe(100);
  });

  it("names what survived by its place, for people and for programs", () => {
    const scores = [scoreOf("config", 50, results)];
    const text = markdownOf(scores, results, "a sample");
    expect(text).toContain("| config | 50 | 5 | 3 | 1 | 1 | 60.0 |");
    expect(text.match(/^- .*$/gm)).toEqual([
      "- a.ts:3:5 survived, number: ``30`` became ``(30 + 1)``",
      "- a.ts:3:5 untested, number: ``30`` became ``(30 + 1)``",
    ]);
    expect(markdownOf(scores, results.slice(0, 3), "all")).toContain("None survived.");
    const document = JSON.parse(mutationJson(scores, results, "a sample"));
    expect(document).toMatchObject({ how: "a sample", scores });
    expect(document.results[3]).toEqual({ status: "survived", ...mutant });
  });
});
