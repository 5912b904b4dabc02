import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { machineTests } from "../../cli/test-machines.ts";

test("the tests that take namespaces are those that start a machine", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-tests-"));
  mkdirSync(join(directory, "tests", "hosts"), { recursive: true });
  writeFileSync(join(directory, "tests/hosts/b.test.ts"), 'import { startMachine } from "./machine.ts";\n');
  writeFileSync(join(directory, "tests/hosts/a.test.ts"), 'import type { Machine } from "./machine.ts";\n');
  writeFileSync(join(directory, "tests/hosts/shell.test.ts"), 'import { machine } from "../other/machine.ts";\n');
  expect(machineTests(directory)).toEqual(["tests/hosts/a.test.ts", "tests/hosts/b.test.ts"]);
  expect(machineTests()).toContain("tests/hosts/kinds.test.ts");
});
