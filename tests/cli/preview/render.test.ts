import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { planOf } from "../../../cli/preview/plan.ts";
import { renderMarkdown } from "../../../cli/preview/render-markdown.ts";
import { renderText } from "../../../cli/preview/render-text.ts";
import { changesAnything, reportOf, SECTIONS } from "../../../cli/preview/report.ts";
import type { Finding, Section } from "../../../cli/preview/section.ts";
import { END, stepEvent, told } from "./events.ts";

const plan = planOf(told(stepEvent({ op: "update", name: "a", old: {}, new: {} }), END));
const section = (name: string, findings: readonly Finding[]): Section => ({
  name,
  title: `All ${name}`,
  nothing: `No ${name}.`,
  find: () => findings,
});
const one = (subject: string, more: Partial<Finding> = {}): Finding => ({
  change: "moved",
  subject,
  text: "to b",
  ...more,
});

describe("a report", () => {
  it("has every section once, each with a name of its own", () => {
    const { sections } = reportOf(plan);
    expect(sections.map(({ name }) => name)).toEqual(SECTIONS.map(({ name }) => name));
    expect(new Set(SECTIONS.map(({ name }) => name)).size).toBe(SECTIONS.length);
  });

  it("has what is gravest first, and else the order in which it was found", () => {
    const found = [one("1"), one("2", { weight: "look" }), one("3", { weight: "stop" }), one("4", { weight: "look" })];
    const [first] = reportOf(plan, [section("things", found)]).sections;
    expect(first?.findings.map(({ subject }) => subject)).toEqual(["3", "2", "4", "1"]);
  });

  it("compares with nothing where nothing is deployed, and says so", () => {
    const empty = planOf(told(stepEvent({ op: "create", name: "a", new: {} }), END));
    const report = reportOf(empty, [section("things", [one("1")])]);
    expect(report.sections[0]?.findings).toEqual([]);
    const words = "Nothing of shop/dev is deployed that this could be compared with: `up` makes 1 resources.";
    expect(renderMarkdown(report)).toContain(words);
    expect(renderText(report)).toContain(words);
  });

  it("knows whether anything would change", () => {
    expect(changesAnything(reportOf(plan))).toBe(true);
    const same = planOf(told(stepEvent({ op: "same", name: "a", old: {}, new: {} }), END));
    expect(changesAnything(reportOf(same))).toBe(false);
    expect(renderMarkdown(reportOf(same))).toContain("\nNothing changes.\n");
  });
});

describe("in Markdown", () => {
  const rendered = (...findings: readonly Finding[]) => renderMarkdown(reportOf(plan, [section("things", findings)]));

  it("what is the same of several subjects stands in one line, and what is not does not", () => {
    const text = rendered(one("a"), one("b"), one("c", { text: "to d" }), one("d", { weight: "stop" }));
    expect(text.match(/^- .*$/gm)).toEqual(["- 🛑 **moved** d: to b", "- **moved** a, b: to b", "- **moved** c: to d"]);
  });

  it("names twelve subjects, and counts the others", () => {
    const all = Array.from({ length: 15 }, (_, index) => one(String(index)));
    expect(rendered(...all)).toContain("10, 11 and 3 more: to b");
  });

  it("nothing of a name is read as Markdown or HTML but what stands in backticks", () => {
    expect(rendered(one("a_b*<script>&", { text: "[x](y) `a_b*<i>`" }))).toContain(
      "a\\_b\\*&lt;script>&amp;: \\[x\\](y) `a_b*<i>`",
    );
  });

  it("sections that found nothing are one line", () => {
    const text = renderMarkdown(reportOf(plan, [section("things", []), section("stuff", [])]));
    expect(text).toContain("\nNo things. No stuff.\n");
    expect(text).not.toContain("#### ");
  });

  it("it is cut at a line where it is longer than a comment may be, and ends what is folded", () => {
    const long = Array.from({ length: 3000 }, (_, index) => one(`subject-${index}`, { text: `text ${index}` }));
    const text = renderMarkdown(reportOf(plan, [section("resources", long)]));
    expect(text.length).toBeLessThan(61_000);
    expect(text).toMatch(/\n<\/details>\n\nIt is cut here: `npm run preview -- --json` says all.\n$/);
    expect(text).not.toContain("subject-2999");
  });
});

describe("in a terminal", () => {
  it("every section has its line, also one that found nothing", () => {
    const report = reportOf({ ...plan, messages: ["look out"] }, [
      section("things", [one("a", { weight: "look" })]),
      section("stuff", []),
    ]);
    expect(stripVTControlCharacters(renderText(report))).toBe(
      "shop/dev: 1 resource changes: 1 updated.\n\nAll things\n  moved a: to b\n\nAll stuff: No stuff.\n\nwarning: look out\n",
    );
  });
});
