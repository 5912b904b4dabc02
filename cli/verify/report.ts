/** What came of a run, as a person and as a program reads it. */

import { styleText } from "node:util";
import { formatSeconds } from "../../offline/report.ts";
import type { Progress, Result } from "./run.ts";

const MARKS = { ok: "     ok", warning: "warning", skipped: "skipped", failed: " FAILED" } as const;
const COLOURS = { ok: "green", warning: "yellow", skipped: "dim", failed: "red" } as const;

/** One line of a check. */
export function lineOf({ check, finding, seconds }: Result): string {
  const mark = styleText(COLOURS[finding.status], MARKS[finding.status], { stream: process.stdout });
  const words = finding.status === "failed" ? finding.came : finding.found;
  return `${mark}  ${check.name.padEnd(24)} ${formatSeconds(seconds).padStart(6)}  ${words}\n`;
}

/** All that is known of a failure. */
export function failureOf({ check, finding, lastLines }: Result): string {
  if (finding.status !== "failed") return "";
  const program = finding.program ?? check.program;
  return [
    "",
    styleText("red", check.name, { stream: process.stdout }),
    `  expected  ${finding.expected}`,
    `  came      ${finding.came}`,
    ...check.look.map((place, index) => `  ${index === 0 ? "look at" : "       "}   ${place}`),
    ...(lastLines.length === 0 ? [] : [`  last lines of ${program}`, ...lastLines.map((line) => `    ${line}`)]),
    "",
  ].join("\n");
}

/** One line on the whole run. */
export function summaryOf(stack: string, results: readonly Result[], seconds: number): string {
  const count = (status: Result["finding"]["status"]) =>
    results.filter(({ finding }) => finding.status === status).length;
  const failures = results.filter(({ finding }) => finding.status === "failed").map(({ check }) => check.name);
  const others = (["warning", "skipped"] as const)
    .map((status) => [count(status), status] as const)
    .filter(([number]) => number > 0)
    .map(([number, status]) => `${number} ${status === "warning" && number > 1 ? "warnings" : status}`);
  const words = [`${count("ok")} of ${results.length} checks ok`, ...others].join(", ");
  return failures.length === 0
    ? `${stack} works: ${words} (${formatSeconds(seconds)}).\n`
    : `${stack} does not work as declared: ${failures.length} of ${results.length} checks FAILED, ${words} (${formatSeconds(seconds)}): ${failures.join(", ")}.\n`;
}

/** The whole run for a program. */
export function jsonOf(stack: string, results: readonly Result[], seconds: number): string {
  const document = {
    stack,
    ok: results.every(({ finding }) => finding.status !== "failed"),
    seconds: rounded(seconds),
    checks: results.map(({ check, finding, seconds: took, lastLines }) => ({
      name: check.name,
      status: finding.status,
      seconds: rounded(took),
      ...(finding.status === "failed"
        ? { expected: finding.expected, came: finding.came, look: check.look, lastLines }
        : { found: finding.found }),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;

/** Shows what is still looked for on a terminal, in one line that is redrawn; nothing where there is none. */
export function liveProgress(total: number, shown: (result: Result) => string): Progress & { end(): void } {
  const live = process.stderr.isTTY === true && process.env.CI === undefined;
  const erase = () => (live ? process.stderr.write("\r\u001b[K") : true);
  return {
    done(result, left) {
      erase();
      process.stdout.write(shown(result));
      if (!live || left.length === 0) return;
      const text = `    ... ${total - left.length} of ${total}, waiting for ${left.join(", ")}`;
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1));
    },
    end: erase,
  };
}
