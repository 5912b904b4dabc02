import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const workflows = path.join(import.meta.dirname, "../../.github/workflows");

/** Actions that go by a tag, since no source states the commit of the version. */
const EXCEPTIONS: readonly string[] = [];

/** What is wrong with the actions of a workflow, by its text. */
function problemsOf(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?uses:\s*(.*)$/gm)].map(([, reference = ""]) => reference);
  return lines
    .filter((reference) => !EXCEPTIONS.includes(reference) && !reference.startsWith("./"))
    .filter((reference) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference))
    .map((reference) => `"uses: ${reference}": name the action by its commit, with its version as a comment`);
}

/** Every `uses` of a value that was read from YAML, wherever it is. */
function used(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "uses" && typeof inner === "string" ? [inner] : used(inner),
  );
}

describe.each(readdirSync(workflows).filter((file) => /\.ya?ml$/.test(file)))("%s", (file) => {
  const text = readFileSync(path.join(workflows, file), "utf8");

  it("names every action by its commit, with its version", () => {
    expect(problemsOf(text)).toEqual([]);
  });

  it("has no action that the check above does not see", () => {
    const seen = text.match(/^\s*(?:- )?uses:/gm) ?? [];
    expect(used(parse(text))).toHaveLength(seen.length);
  });
});

describe("an action", () => {
  const commit = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
  it.each([
    ["a tag", "actions/checkout@v6.0.2"],
    ["a branch", "actions/checkout@main # v6.0.2"],
    ["a short commit", `actions/checkout@${commit.slice(0, 39)} # v6.0.2`],
    ["a commit without its version", `actions/checkout@${commit}`],
    ["no version", "actions/checkout"],
    ["an image by tag", "docker://debian:12"],
  ])("fails with %s", (_, reference) => {
    expect(problemsOf(`steps:\n  - uses: ${reference}\n`)).toHaveLength(1);
  });

  it("passes with a commit and its version, in a folder of its repository as well", () => {
    const text = `  - uses: actions/checkout@${commit} # v6.0.2\n    uses: github/codeql-action/init@${commit} # v4.30.8\n`;
    expect(problemsOf(text)).toEqual([]);
  });
});
