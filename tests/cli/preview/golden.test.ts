import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planOf } from "../../../cli/preview/plan.ts";
import { renderMarkdown } from "../../../cli/preview/render-markdown.ts";
import { reportOf } from "../../../cli/preview/report.ts";
import { EDITS, MARKER } from "./edits.ts";
import { planText, readRecording } from "./recording.ts";

const GOLDEN = join(import.meta.dirname, "golden");
const recording = readRecording();

/** The report of an edit, from what the real engine planned for it (`record.ts`); `-u` writes the golden ones anew. */
const reportOfEdit = (name: string): string =>
  renderMarkdown(reportOf(planOf(planText(recording, recording.edits[name] ?? { events: [] }))));

describe("the report of an edit to the stack dev", () => {
  it("is there for at least thirty of them, and for none that there is not", () => {
    expect(EDITS.length).toBeGreaterThanOrEqual(30);
    const names = EDITS.map(({ name }) => name).sort();
    expect(Object.keys(recording.edits).sort()).toEqual(names);
    expect(readdirSync(GOLDEN).sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });

  it.each(["other-major-of-postgres", "objective-raised"])("is what docs/preview.md shows: %s", (name) => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/preview.md"), "utf8");
    expect(page).toContain(`\`\`\`\`markdown\n${reportOfEdit(name)}\`\`\`\`\n`);
  });

  it.each(EDITS.map(({ name }) => name))("%s", async (name) => {
    const report = reportOfEdit(name);
    expect(report).not.toContain(MARKER);
    await expect(report).toMatchFileSnapshot(join(GOLDEN, `${name}.md`));
  });
});
