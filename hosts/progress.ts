import type { SetupReport, StepReport, StepStatus } from "./report.ts";

const WORDS: Readonly<Record<StepStatus, string>> = {
  ok: "ok",
  changed: "changed",
  would: "would change",
  skipped: "skipped",
  failed: "FAILED",
};

/** Most lines of a step's text that are shown. */
const LINES = 60;

/**
 * A step as lines for a person. Steps that are as declared say nothing but that.
 *
 * @param steps how many there are
 */
export function formatStep(step: StepReport, steps: number): string {
  const width = String(steps).length;
  const head = `  ${String(step.number).padStart(width)}/${steps}  ${WORDS[step.status].padEnd(12)}  ${step.title}  (${step.seconds.toFixed(2)} s)`;
  const command = step.command === undefined ? [] : [`command: ${step.command}`];
  const hidden = step.lines.length - LINES;
  const text = [...command, ...step.lines.slice(0, LINES), ...(hidden > 0 ? [`… and ${hidden} more lines`] : [])];
  return [head, ...(step.status === "ok" ? [] : text.map((line) => `      ${line}`))].join("\n");
}

/** What a run came to, on one line. */
export function formatSummary(report: SetupReport): string {
  const counts = new Map<StepStatus, number>();
  for (const { status } of report.steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${WORDS[status]}`).join(", ") || "nothing was done";
}

/**
 * Why a run did not come to its end: the host's refusals, or the task that failed with its command and last lines, or
 * what the connection said. Undefined where it did.
 *
 * @param where the host and the setup, in words
 */
export function failureOf(where: string, run: SetupReport & { readonly code: number }): string | undefined {
  if (run.refusals.length > 0) {
    return [`${where}: nothing was changed, because of this:`, ...run.refusals.map((each) => `  - ${each}`)].join("\n");
  }
  const failed = run.steps.find(({ status }) => status === "failed");
  if (failed !== undefined) {
    return [
      `${where}: task ${failed.number}, ${failed.title}, failed.`,
      ...(failed.command === undefined ? [] : [`  command: ${failed.command}`]),
      ...failed.lines.map((line) => `  ${line}`),
      "Correct it and run the same again: what is done already stays done.",
    ].join("\n");
  }
  if (run.code === 0 && run.generation !== undefined) return undefined;
  // 255 is ssh's own: the host has not begun.
  const reached = run.code !== 255 || run.facts !== undefined;
  return [
    reached
      ? `${where}: the setup ended before its end (exit code ${run.code}). Run the same again: it goes on from there.`
      : `${where}: the host was not reached, so nothing was changed. What ssh says of it:`,
    ...run.noise.slice(-20).map((line) => `  ${line}`),
  ].join("\n");
}
