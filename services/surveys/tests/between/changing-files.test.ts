import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { changingFiles } from "../../src/between/changing-files.ts";
import { directory } from "./directory.ts";

const numbers = ([a, b]: readonly [string, string]): number => {
  if (!/^\d+$/.test(a + b)) throw new Error(`no number: ${a}`);
  return Number(a) + Number(b);
};

test("what is made of files follows their changes, and stays while they make no sense", () => {
  const home = directory();
  const [a, b] = [path.join(home, "a"), path.join(home, "b")];
  writeFileSync(a, "1\r\n");
  writeFileSync(b, "2\n");
  const sum = changingFiles([a, b], numbers);
  expect(sum()).toBe(3);
  writeFileSync(a, "5\n");
  expect(sum()).toBe(7);
  for (const broken of ["", "x"]) {
    writeFileSync(b, broken);
    expect(sum()).toBe(7);
  }
  rmSync(a);
  expect(sum()).toBe(7);
  writeFileSync(a, "1");
  writeFileSync(b, "1");
  expect(sum()).toBe(2);
});

test("what is made is the same as long as the files are", () => {
  const file = path.join(directory(), "one");
  writeFileSync(file, "1");
  const made = changingFiles([file], ([text]) => ({ text }));
  expect(made()).toBe(made());
});

test("fails where the files never made anything", () => {
  const file = path.join(directory(), "none");
  expect(() => changingFiles([file], ([text]) => text)()).toThrow(/ENOENT/);
  writeFileSync(file, "");
  expect(() => changingFiles([file], ([text]) => text)()).toThrow("a file is empty");
});
