/** A report for a terminal. */

import { styleText } from "node:util";
import { type GroupedFinding, grouped } from "./grouped.ts";
import { changesAnything, type Report } from "./report.ts";
import { summaryLine } from "./summary.ts";

const COLOURS = { stop: "red", look: "yellow" } as const;

/** The report as text, with colours where they are wanted. */
export function renderText(report: Report): string {
  const sections = report.sections.map(({ title, nothing, findings }) =>
    findings.length === 0
      ? `${title}: ${nothing}\n`
      : `${styleText("bold", title)}\n${grouped(findings).map(lineOf).join("")}`,
  );
  const said = report.messages.map((message) => `${styleText("yellow", "warning")}: ${message}\n`);
  const parts = report.deployed && changesAnything(report) ? sections : [];
  return `${[`${report.stack}: ${summaryLine(report)}\n`, ...parts, ...said].join("\n")}`;
}

function lineOf({ change, subjects, text, weight }: GroupedFinding): string {
  const word = weight === "note" ? change : styleText(COLOURS[weight], change);
  return `  ${word} ${subjects.join(", ")}: ${text}\n`;
}
