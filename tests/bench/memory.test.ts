import { expect, test } from "vitest";
import { parseStats } from "../../bench/memory.ts";

test("memory is read in every unit that docker stats prints", () => {
  const text = ["a\t512B / 16MiB", "b\t1.5KiB / 16MiB", "c\t174.2MiB / 512MiB", "d\t1.25GiB / 2GiB", ""].join("\n");
  expect(parseStats(text)).toEqual({ a: 512, b: 1536, c: 174.2 * 2 ** 20, d: 1.25 * 2 ** 30 });
});
