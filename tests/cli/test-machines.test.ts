import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../cli/places.ts";
import { capture } from "../../cli/run.ts";
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

test("a test that is left out does not run, and the others do", async () => {
  const run = async (...excluded: readonly string[]) => {
    const words = ["node_modules/vitest/vitest.mjs", "run", "--project", "unit", "-t", "no test has this name"];
    const files = ["tests/hosts/disks.test.ts", "tests/cli/slowest.test.ts"];
    const { stdout, stderr } = await capture([process.execPath, ...words, ...files, ...excluded], { cwd: root });
    return `${stdout}${stderr}`;
  };
  expect(await run()).toMatch(/hosts\/disks/);
  const without = await run("--exclude", "tests/hosts/disks.test.ts");
  expect(without).toMatch(/cli\/slowest/);
  expect(without).not.toMatch(/hosts\/disks/);
});
