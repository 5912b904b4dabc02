/** The code of README.md, so that tests run what people read. */

import { readFileSync } from "node:fs";
import path from "node:path";

/** A block of code in a Markdown page. */
export interface CodeBlock {
  /** What stands behind its fence: `sh`, `ts`. */
  readonly language: string;
  /** Name of the file that it is, where the line before it names one in backticks and ends with a colon. */
  readonly file?: string;
  /** Its lines. */
  readonly text: string;
}

/** The blocks of code under a heading of the second level, in their order. @throws Error when there is no such heading. */
export function blocksUnder(heading: string, markdown: string): CodeBlock[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`there is no heading "${heading}"`);
  return [...section.matchAll(/(?:^(.*)\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, before = "", language = "", text = ""]) => {
      const file = /`([^`]+)`[^`]*:$/.exec(before)?.[1];
      return { language, text, ...(language === "sh" || file === undefined ? {} : { file }) };
    },
  );
}

/** The blocks of README.md under a heading. */
export function readmeBlocks(heading: string): CodeBlock[] {
  return blocksUnder(heading, readFileSync(path.join(import.meta.dirname, "..", "README.md"), "utf8"));
}
