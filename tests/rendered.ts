/** Whole texts of what is deployed, beside what makes them: a change of them is a change that a review sees. */

import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import type { ConfigFile } from "../config/config-file.ts";

/** Files, and lists of words or settings by what they are. */
export interface Rendering {
  readonly files?: readonly ConfigFile[];
  readonly words?: Readonly<Record<string, unknown>>;
}

function textOf({ files = [], words = {} }: Rendering): string {
  const lists = Object.entries(words).map(
    ([what, value]) =>
      [
        what,
        typeof value === "string" ? value : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }),
      ] as const,
  );
  return [...files.map(({ path, content }) => [path, content] as const), ...lists]
    .map(([name, text]) => `==> ${name} <==\n${text.trimEnd()}\n`)
    .join("\n");
}

/**
 * Tests that each rendering is what its text says, and that no text is left of one that is gone. `vitest -u` writes the
 * texts; who reviews the change reads them.
 *
 * @param directory the texts
 */
export function testRenderings(directory: string, renderings: Readonly<Record<string, () => Rendering>>): void {
  const names = Object.keys(renderings);

  it("each has a text, and no text is left of one that is gone", () => {
    expect(readdirSync(directory).sort()).toEqual(names.map((name) => `${name}.txt`).sort());
  });

  it.each(names)("%s is what its text says, to the letter", async (name) => {
    await expect(textOf(renderings[name]?.() ?? {})).toMatchFileSnapshot(path.join(directory, `${name}.txt`));
  });
}
