import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Remaining, secondsLeft } from "../../offline/remaining.ts";
import { runSteps, type Step } from "../../offline/steps.ts";
import { recorder, scratch, step } from "./helpers/scratch.ts";

const work = (id: string, takes: number, needs: string[] = [], cores = 1) => ({ id, takes, needs, cores });
const places = { parallel: 2, cores: 2 };

test.each([
  ["nothing", [], [], 0],
  ["one step after the other where each needs the one before", [], [work("a", 10), work("b", 5, ["a"])], 15],
  ["two steps beside each other", [], [work("a", 10), work("b", 5), work("c", 5)], 10],
  ["what runs, and what waits for it", [{ id: "a", left: 4, cores: 1 }], [work("b", 5, ["a"])], 9],
  ["a free place beside what runs", [{ id: "a", left: 20, cores: 1 }], [work("b", 5), work("c", 9)], 20],
  ["two compilers that share the cores", [], [work("a", 10, [], 2), work("b", 10, [], 2)], 20],
  ["a compiler beside one that waits for the network", [], [work("a", 10, [], 1.5), work("b", 10, [], 0.5)], 10],
  [
    "a step that has to wait while a later one may start",
    [{ id: "a", left: 10, cores: 1 }],
    [work("b", 1, ["a"]), work("c", 3)],
    11,
  ],
] as const)("what remains is counted as it will run: %s", (_, running, waiting, seconds) => {
  expect(secondsLeft(running, waiting, places)).toBe(seconds);
});

/** A watched run with a clock of its own. */
function watched(steps: readonly Step[], cache = scratch()) {
  const clock = { seconds: 0 };
  return { clock, remaining: new Remaining(steps, cache, { parallel: 1, cores: 2 }, () => clock.seconds * 1000) };
}

const a = step("a", async ({ directory }) => writeFileSync(join(directory, "file"), ""), { takes: 60 });
const b = step("b", async () => {}, { takes: 100, needs: ["a"] });

test("what remains gets less while a step runs", () => {
  const { clock, remaining } = watched([a, b]);
  expect(remaining.seconds()).toBe(160);
  remaining.started(a);
  clock.seconds = 40;
  expect(remaining.seconds()).toBe(120);
});

test("a machine that is slower than the table's, or faster, is known by what it has done", async () => {
  const slow = watched([a, b]);
  slow.remaining.started(a);
  slow.clock.seconds = 180;
  // Overdue already: 240 s of 120, and the step is not about to end.
  expect(slow.remaining.seconds()).toBeCloseTo(0.1 * 60 * 2 + 200);
  await slow.remaining.ended(a, true);
  expect(slow.remaining.seconds()).toBe(200);
  const fast = watched([a, b]);
  fast.remaining.started(a);
  fast.clock.seconds = 30;
  await fast.remaining.ended(a, true);
  expect(fast.remaining.seconds()).toBe(75);
});

test("the time that others took the cores for is none of a step's own", async () => {
  const clock = { seconds: 0 };
  const one = step("one", async () => {}, { takes: 60, cores: 2 });
  const two = step("two", async () => {}, { takes: 60, cores: 2 });
  const remaining = new Remaining([one, two], scratch(), places, () => clock.seconds * 1000);
  expect(remaining.seconds()).toBe(120);
  remaining.started(one);
  remaining.started(two);
  clock.seconds = 60;
  expect(remaining.seconds()).toBe(60);
  clock.seconds = 120;
  await remaining.ended(one, true);
  // As fast as the table: the other one should have ended as well.
  expect(remaining.seconds()).toBe(6);
});

test("what is there counts nothing, until its product turns out to be gone", async () => {
  const cache = scratch();
  let there = true;
  const outside = step("c", async () => {}, { takes: 50, needs: ["a"], present: async () => there });
  await runSteps([a, outside], { cache, reporter: recorder() });
  const { remaining } = watched([a, outside], cache);
  expect(remaining.seconds()).toBe(0);
  remaining.started(a);
  there = false;
  await remaining.ended(a, false);
  expect(remaining.seconds()).toBe(50);
});

test("what is made anew counts again", async () => {
  const cache = scratch();
  await runSteps([a], { cache, reporter: recorder() });
  const { remaining } = watched([a, b], cache);
  remaining.started(a);
  await remaining.ended(a, false);
  remaining.started(b);
  remaining.again([a, b]);
  expect(remaining.seconds()).toBe(160);
});

test("who watches a run of steps can ask what remains of it, until it ends", async () => {
  const cache = scratch();
  const asked: (number | undefined)[] = [];
  let remaining: (() => number) | undefined;
  const reporter = {
    ...recorder(),
    start: () => void asked.push(Math.round(remaining?.() ?? -1)),
    remains: (seconds: (() => number) | undefined) => {
      remaining = seconds;
    },
  };
  await runSteps([a, b], { cache, reporter });
  // The first one took no time: a machine as fast as that ends the rest in half of the table's.
  expect(asked).toEqual([160, 50]);
  expect(remaining).toBeUndefined();
  rmSync(join(cache, "parts", "b.stamp"));
  asked.length = 0;
  await runSteps([a, b], { cache, reporter });
  expect(asked).toEqual([100]);
});
