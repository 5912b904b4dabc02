import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Reporter } from "../../../offline/report.ts";
import type { Step } from "../../../offline/steps.ts";

/** A directory of the test's own. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "vigie-offline-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A reporter that remembers. */
export function recorder(): Reporter & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    start: (name) => void lines.push(`start ${name}`),
    done: (name, _seconds, skipped) => void lines.push(`${skipped ? "skip" : "done"} ${name}`),
    fail: (name, error) => void lines.push(`fail ${name}: ${error.message}`),
    note: (text) => void lines.push(`note ${text}`),
  };
}

/** A step with the fields that a test doesn't care about filled in. */
export function step(id: string, run: Step["run"], more: Partial<Step> = {}): Step {
  return { id, name: id, inputs: "1", produces: "a test's file", run, ...more };
}
