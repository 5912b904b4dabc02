import { expect, test } from "vitest";
import { parseStats } from "../../bench/memory.ts";

test("fails with a line that is not understood", () => {
  expect(() => parseStats("a\t-- / --\n")).toThrow('docker stats printed "a\t-- / --"');
});
