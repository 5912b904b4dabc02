import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countExit, countJunit, countResults, countVitest, failuresIn } from "../../cli/results.ts";

const vitestReport = (
  total: number,
  passed: number,
  files: readonly { status: string; assertionResults: unknown[] }[],
) => JSON.stringify({ numTotalTests: total, numPassedTests: passed, testResults: files });

test("a passed test counts as passed, a failed and a skipped one as failed", () => {
  expect(countVitest(vitestReport(5, 3, [{ status: "passed", assertionResults: [{}] }]))).toEqual({
    passed: 3,
    failed: 2,
  });
});

test("a test file that could not be loaded counts as one failed test", () => {
  const report = vitestReport(1, 1, [
    { status: "passed", assertionResults: [{}] },
    { status: "failed", assertionResults: [] },
  ]);
  expect(countVitest(report)).toEqual({ passed: 1, failed: 1 });
});

test("JUnit's failures, errors and skipped tests count as failed", () => {
  const report =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">' +
    '<testcase name="a" /></testsuite></testsuites>';
  expect(countJunit(report)).toEqual({ passed: 4, failed: 6 });
});

test("an exit code of 0 is one passed test, every other one is a failed test", () => {
  expect(countExit("0\n")).toEqual({ passed: 1, failed: 0 });
  expect(countExit("1\n")).toEqual({ passed: 0, failed: 1 });
  expect(countExit("")).toEqual({ passed: 0, failed: 1 });
});

test("a report without tests, and one that is cut off, count as failed", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-results-"));
  writeFileSync(join(directory, "empty.json"), vitestReport(0, 0, []));
  writeFileSync(join(directory, "cut.json"), '{"numTotalTests": 3');
  writeFileSync(join(directory, "none.xml"), "");
  writeFileSync(join(directory, "lint.exit"), "0\n");
  writeFileSync(join(directory, "lint.log"), "not a report");
  expect(Object.fromEntries(countResults(directory))).toEqual({
    "cut.json": { passed: 0, failed: 1 },
    "empty.json": { passed: 0, failed: 1 },
    "lint.exit": { passed: 1, failed: 0 },
    "none.xml": { passed: 0, failed: 1 },
  });
});

test("a runner that fails although its tests passed counts as one failed test", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-results-"));
  writeFileSync(join(directory, "unit.json"), vitestReport(2, 2, [{ status: "passed", assertionResults: [{}] }]));
  writeFileSync(join(directory, "test.code"), "1\n");
  expect(Object.fromEntries(countResults(directory))).toEqual({
    "test.code": { passed: 0, failed: 1 },
    "unit.json": { passed: 2, failed: 0 },
  });
});

test("what failed is told from every report; one that can't be read and a step are told by their files", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-results-"));
  const failed = { fullName: "sums", status: "failed", failureMessages: ["1 is not 2"] };
  const file = { name: "a.test.ts", status: "failed", assertionResults: [failed] };
  writeFileSync(join(directory, "unit.json"), vitestReport(1, 0, [file]));
  writeFileSync(join(directory, "cut.json"), '{"numTotalTests": 3');
  writeFileSync(join(directory, "lint.exit"), "1\n");
  expect(failuresIn(directory)).toEqual([
    { test: "cut.json", message: expect.stringMatching(/^no test in it/) },
    { test: "lint.exit", message: "ended badly: its last lines say why" },
    { test: "a.test.ts > sums", message: "1 is not 2" },
  ]);
});

test.each([
  ["a step that ended badly", "types.exit", "2\n", "ended badly: its last lines say why"],
  ["an empty report", "monitoring-portal.xml", "", expect.stringMatching(/^no test in it/)],
  ["a report without a test", "unit.json", vitestReport(0, 0, []), expect.stringMatching(/^no test in it/)],
  ["a report that is cut", "e2e.json", '{"numTotal', expect.stringMatching(/^no test in it/)],
  ["a runner that failed after its tests", "test.code", "1", expect.stringMatching(/^each test passed/)],
])("%s is told by its file", (_, file, text, message) => {
  const directory = mkdtempSync(join(tmpdir(), "results-"));
  writeFileSync(join(directory, file), text);
  if (file === "test.code") writeFileSync(join(directory, "lint.exit"), "0");
  expect(failuresIn(directory)).toEqual([{ test: file, message }]);
});

test("what passed is told of nowhere", () => {
  const directory = mkdtempSync(join(tmpdir(), "results-"));
  writeFileSync(join(directory, "lint.exit"), "0");
  writeFileSync(join(directory, "test.code"), "0");
  expect(failuresIn(directory)).toEqual([]);
});
