/** A report as Markdown, for a comment on a pull request. */

import { type GroupedFinding, grouped } from "./grouped.ts";
import { changesAnything, type FoundSection, type Report } from "./report.ts";
import type { Weight } from "./section.ts";
import { summaryLine } from "./summary.ts";

/** What GitHub takes as a comment is a little more. */
const MOST_CHARACTERS = 60_000;

/** Subjects of one line; who wants to know of more asks for JSON. */
const MOST_SUBJECTS = 12;

const SIGNS: Readonly<Record<Weight, string>> = { stop: "🛑 ", look: "⚠️ ", note: "" };

/** Sections that are folded: long, and for those who ask how. */
const FOLDED: readonly string[] = ["resources"];

/** The report as Markdown. */
export function renderMarkdown(report: Report): string {
  const found = report.sections.filter(({ findings }) => findings.length > 0);
  const quiet = report.sections.filter(({ findings }) => findings.length === 0);
  const parts = [
    `### What \`up\` would change in ${report.stack}`,
    summaryLine(report),
    ...found.map(sectionText),
    ...(changesAnything(report) && report.deployed && quiet.length > 0
      ? [quiet.map(({ nothing }) => nothing).join(" ")]
      : []),
    ...report.messages.map((message) => `> ${escaped(message).replaceAll("\n", "\n> ")}`),
  ];
  return cut(`${parts.join("\n\n")}\n`);
}

function sectionText({ name, title, findings }: FoundSection): string {
  const lines = grouped(findings).map(lineOf);
  if (FOLDED.includes(name)) {
    return `<details><summary>${title} (${findings.length})</summary>\n\n${lines.join("\n")}\n\n</details>`;
  }
  return `#### ${title}\n\n${lines.join("\n")}`;
}

function lineOf({ change, subjects, text, weight }: GroupedFinding): string {
  const named = subjects.slice(0, MOST_SUBJECTS).map((subject) => escaped(subject));
  const more = subjects.length - named.length;
  const all = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
  return `- ${SIGNS[weight]}**${change}** ${all}: ${escaped(text)}`;
}

// Text between backticks is Markdown's code already, and nothing is read in it.
function escaped(text: string): string {
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/&/g, "&amp;")
            .replace(/</g, "&lt;")
            .replace(/([*_|[\]])/g, "\\$1"),
    )
    .join("");
}

function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const end = text.lastIndexOf("\n", MOST_CHARACTERS);
  const open = text.slice(0, end).includes("<details>") && !text.slice(0, end).includes("</details>");
  return `${text.slice(0, end)}\n${open ? "\n</details>\n" : ""}\nIt is cut here: \`npm run preview -- --json\` says all.\n`;
}
