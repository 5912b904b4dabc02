import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createReporter, formatRemaining, formatSeconds } from "../../offline/report.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [0, "0.0 s"],
  [0.44, "0.4 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [203, "3 min 23 s"],
])("%d seconds read as %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test("in a log there is a line at the start, one at the end, and a sign of life every 30 seconds between", () => {
  let written = "";
  const reporter = createReporter({ tty: false, write: (text) => (written += text) });
  reporter.start("CLI");
  vi.advanceTimersByTime(65_000);
  reporter.done("CLI", 65, false);
  vi.advanceTimersByTime(60_000);
  reporter.done("Base", 0, true);
  expect(written.split("\n")).toEqual([
    "   ... CLI",
    "   ... CLI (30 s)",
    "   ... CLI (1 min 00 s)",
    "    ok CLI (1 min 05 s)",
    "    ok Base (as before)",
    "",
  ]);
});

test("a failed step has a line with the error's first; the rest is left to whoever catches it", () => {
  let written = "";
  const reporter = createReporter({ tty: false, write: (text) => (written += text) });
  reporter.start("CLI");
  reporter.fail("CLI", new Error("CLI: no luck\nFix: try again"));
  expect(written).toBe("   ... CLI\nfailed CLI: no luck\n");
});

test("on a terminal the running steps are redrawn below the finished ones", () => {
  const writes: string[] = [];
  const reporter = createReporter({ tty: true, write: (text) => void writes.push(text) });
  reporter.start("CLI");
  reporter.start("Base");
  vi.advanceTimersByTime(1000);
  expect(writes.slice(-3)).toEqual(["\u001b[2A\u001b[0J", "   ... CLI  1.0 s\n", "   ... Base  1.0 s\n"]);
  reporter.done("Base", 1, false);
  expect(writes.slice(-3)).toEqual(["\u001b[2A\u001b[0J", "    ok Base (1.0 s)\n", "   ... CLI  1.0 s\n"]);
  reporter.done("CLI", 1.2, false);
  const before = writes.length;
  vi.advanceTimersByTime(5000);
  expect(writes).toHaveLength(before);
});

test.each([
  [0, "less than a minute remains"],
  [44, "less than a minute remains"],
  [45, "about 1 min remain"],
  [89, "about 1 min remain"],
  [437, "about 7 min remain"],
])("%d seconds of work read as %s", (seconds, text) => {
  expect(formatRemaining(seconds)).toBe(text);
});

test("in a log a line says what remains: at first, when fewer minutes are left, and when there are many more", () => {
  let written = "";
  let remaining = 430;
  const reporter = createReporter({ tty: false, write: (text) => (written += text) });
  reporter.remains?.(() => remaining);
  reporter.start("CLI");
  for (const next of [425, 400, 375, 395, 445, 600, 20]) {
    remaining = next;
    vi.advanceTimersByTime(30_000);
  }
  reporter.done("CLI", 210, false);
  reporter.remains?.(undefined);
  reporter.start("Base");
  reporter.done("Base", 0, false);
  const lines = written.split("\n").filter((line) => /remain/.test(line));
  expect(lines.map((line) => line.trim())).toEqual([
    "about 7 min remain",
    "about 6 min remain",
    "about 10 min remain",
    "less than a minute remains",
  ]);
});

test("in a log nothing is said of what is over in a moment", () => {
  let written = "";
  const reporter = createReporter({ tty: false, write: (text) => (written += text) });
  reporter.remains?.(() => 30);
  reporter.start("Image");
  reporter.done("Image", 20, false);
  expect(written).not.toContain("remain");
});

test("on a terminal what remains stands below the running steps and goes with them", () => {
  const writes: string[] = [];
  const reporter = createReporter({ tty: true, write: (text) => void writes.push(text) });
  reporter.remains?.(() => 437);
  reporter.start("CLI");
  expect(writes).toEqual(["   ... CLI  0.0 s\n", "       about 7 min remain\n"]);
  reporter.done("CLI", 1, false);
  expect(writes.slice(2)).toEqual(["\u001b[2A\u001b[0J", "    ok CLI (1.0 s)\n"]);
});
