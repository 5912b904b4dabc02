import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { RENDERINGS, type Rendering } from "./renderings.ts";

const DIRECTORY = path.join(import.meta.dirname, "rendered");

/** Both as one text that people can read: a change of what is deployed is a change that a review sees. */
function textOf({ files = [], words = {} }: Rendering): string {
  const lists = Object.entries(words).map(([what, value]) => [
    what,
    typeof value === "string" ? value : stringify(value),
  ]);
  return [...files.map(({ path, content }) => [path, content]), ...lists]
    .map(([name, text]) => `==> ${name} <==\n${text?.trimEnd()}\n`)
    .join("\n");
}

it("each program has a text of what it is given, and no text is left of one that is gone", () => {
  expect(readdirSync(DIRECTORY).sort()).toEqual(
    Object.keys(RENDERINGS)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});

it.each(Object.keys(RENDERINGS))("%s is given what its text says, to the letter", async (name) => {
  const rendering = RENDERINGS[name]?.() ?? {};
  await expect(textOf(rendering)).toMatchFileSnapshot(path.join(DIRECTORY, `${name}.txt`));
});
