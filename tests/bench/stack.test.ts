import { expect, test } from "vitest";
import { countReplaced, runOrThrow } from "../../bench/stack.ts";

test("containers that are new, gone or others count as replaced; those that stayed do not", () => {
  expect(countReplaced({ a: "1", b: "2", c: "3" }, { a: "1", b: "9", d: "4" })).toBe(3);
  expect(countReplaced({ a: "1" }, { a: "1" })).toBe(0);
});

test("a command gets the variables of the benchmark and its own", async () => {
  const seen: unknown[] = [];
  const capture = async (...args: unknown[]) => {
    seen.push(args);
    return { code: 0, stdout: "out", stderr: "" };
  };
  expect(await runOrThrow({ capture, env: { A: "1", B: "1" } }, ["x", "y"], "/d", { B: "2" })).toBe("out");
  expect(seen).toEqual([[["x", "y"], { cwd: "/d", env: { A: "1", B: "2" } }]]);
});
