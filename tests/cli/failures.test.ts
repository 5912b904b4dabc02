import { expect, test } from "vitest";
import { junitFailures, vitestFailures } from "../../cli/failures.ts";

const report = (testResults: unknown[]) => JSON.stringify({ numTotalTests: 1, numPassedTests: 0, testResults });

test("a failed test is told by file, name and message, without colours; a passed one is not told", () => {
  const text = report([
    {
      name: "tests/a.test.ts",
      status: "failed",
      assertionResults: [
        { fullName: "adds", status: "passed", failureMessages: [] },
        {
          fullName: "sums up",
          status: "failed",
          failureMessages: ["\u001b[31mexpected 1 to be 2\u001b[39m\n  at a.ts"],
        },
        { fullName: "waits", status: "skipped", failureMessages: [] },
      ],
    },
  ]);
  expect(vitestFailures(text)).toEqual([
    { test: "tests/a.test.ts > sums up", message: "expected 1 to be 2\n  at a.ts" },
    { test: "tests/a.test.ts > waits", message: "was skipped" },
  ]);
});

test("a file that could not be loaded is told with its words", () => {
  const text = report([
    { name: "tests/b.test.ts", status: "failed", message: "Cannot find module x", assertionResults: [] },
    { name: "tests/c.test.ts", status: "passed", message: "", assertionResults: [] },
  ]);
  expect(vitestFailures(text)).toEqual([{ test: "tests/b.test.ts", message: "Cannot find module x" }]);
});

test("a long message keeps its beginning and its end", () => {
  const message = `Error: up failed ${"x".repeat(9000)} the cause`;
  const [failure] = vitestFailures(
    report([{ name: "d", status: "failed", assertionResults: [{ status: "failed", failureMessages: [message] }] }]),
  );
  expect(failure?.message).toMatch(/^Error: up failed x+\n…\nx+ the cause$/);
  expect(failure?.message.length).toBeLessThan(1510);
});

test("JUnit's failures, errors and skipped tests are told", () => {
  const text =
    '<testsuites><testsuite tests="4"><testcase classname="test_a" name="test_ok" time="0.1" />' +
    '<testcase classname="test_a" name="test_sum" time="0.1"><failure message="assert 1 == 2">def test_sum():&#10;&gt; assert 1 == 2</failure></testcase>' +
    '<testcase classname="test_a" name="test_new"><skipped type="pytest.skip" message="no &quot;database&quot;" /></testcase>' +
    '<testcase name="test_b"><error message="fixture &apos;x&apos; not found"></error></testcase></testsuite></testsuites>';
  expect(junitFailures(text)).toEqual([
    { test: "test_a > test_sum", message: "def test_sum():\n> assert 1 == 2" },
    { test: "test_a > test_new", message: 'no "database"' },
    { test: "test_b", message: "fixture 'x' not found" },
  ]);
});
