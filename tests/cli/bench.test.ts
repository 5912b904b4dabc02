import { expect, test } from "vitest";
import { benchArguments } from "../../cli/bench.ts";

test("without a name it is the no-op, with seven pairs and ten minutes", () => {
  expect(benchArguments([])).toEqual({ name: "noop-up", pairs: 7, minutes: 10, rest: [] });
  expect(benchArguments(["--pairs", "9"])).toMatchObject({ name: "noop-up", pairs: 9 });
});

test("a name and numbers are read, and the rest is that of every command", () => {
  const args = ["memory", "--stack", "dev", "--minutes", "2", "--offline"];
  expect(benchArguments(args)).toEqual({ name: "memory", pairs: 7, minutes: 2, rest: ["--stack", "dev", "--offline"] });
});
