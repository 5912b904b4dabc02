import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { blocksUnder, readmeBlocks } from "./readme.ts";

const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../package.json"), "utf8")) as {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe("the blocks under a heading", () => {
  const page = [
    "# A",
    "## B",
    "Do:",
    "",
    "```sh",
    "one",
    "two",
    "```",
    "",
    "The file, `x.ts`, is:",
    "",
    "```ts",
    "1;",
    "```",
  ];

  it("are those of its section, with the names of their files", () => {
    const markdown = [...page, "## C", "```sh", "three", "```", ""].join("\n");
    expect(blocksUnder("B", markdown)).toEqual([
      { language: "sh", text: "one\ntwo\n" },
      { language: "ts", text: "1;\n", file: "x.ts" },
    ]);
  });

  it("fails where the heading is not there", () => {
    expect(() => blocksUnder("D", page.join("\n"))).toThrow('no heading "D"');
  });
});

describe("README's program of one's own", () => {
  const blocks = readmeBlocks("In your own program");

  it("is a script, its project, a program of at most twenty lines, and another script", () => {
    expect(blocks.map(({ language, file }) => file ?? language)).toEqual(["sh", "Pulumi.yaml", "index.ts", "sh"]);
    expect(blocks[2]?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  });

  it("installs the versions that this repository is tested with", () => {
    const asked = [...(blocks[0]?.text ?? "").matchAll(/(?<=\s)(@?[a-z][a-z/]*)@(\d[\d.]*)/g)];
    expect(Object.fromEntries(asked.map(([, name = "", version]) => [name, version]))).toEqual(
      Object.fromEntries(Object.entries(manifest.devDependencies).filter(([name]) => name.includes("pulumi"))),
    );
    expect(blocks[0]?.text).toContain(`./vigie-${manifest.version}.tgz`);
  });
});
