import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { slowestIn } from "../../cli/slowest.ts";

const report = (name: string, durations: Readonly<Record<string, number | null>>) =>
  JSON.stringify({
    testResults: [
      { name, assertionResults: Object.entries(durations).map(([fullName, duration]) => ({ fullName, duration })) },
    ],
  });

test("the slowest tests of all reports come first, by file and name, and no more than asked for", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-slowest-"));
  writeFileSync(join(directory, "unit.json"), report("/clone/tests/a.test.ts", { quick: 3, slow: 4500, none: null }));
  writeFileSync(join(directory, "e2e.json"), report("/clone/tests/e2e/b.test.ts", { slowest: 61_000 }));
  writeFileSync(join(directory, "cut.json"), '{"testResults": [');
  writeFileSync(join(directory, "other.xml"), "<testsuite>");
  expect(slowestIn(directory, 2, "/clone")).toEqual([
    { test: "tests/e2e/b.test.ts: slowest", seconds: 61 },
    { test: "tests/a.test.ts: slow", seconds: 4.5 },
  ]);
});
