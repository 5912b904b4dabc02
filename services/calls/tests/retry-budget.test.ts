import { expect, test } from "vitest";
import { RetryBudget } from "../retry-budget.ts";

/** Retries that a budget lets through, in each second of a storm in which every request wants one. */
function storm(options: { percent: number; perMinute: number }, perSecond: number, seconds: number): number[] {
  const clock = { now: 5_000_000 };
  const budget = new RetryBudget({ ...options, now: () => clock.now });
  return Array.from({ length: seconds }, () => {
    let taken = 0;
    for (let request = 0; request < perSecond; request += 1) {
      budget.asked();
      if (budget.take()) taken += 1;
      clock.now += 1000 / perSecond;
    }
    return taken;
  });
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

test.each([
  [20, 0, 100],
  [20, 60, 100],
  [10, 0, 50],
  [100, 0, 20],
  [1, 0, 200],
])("a storm gets %i percent and %i a minute, not more, in any ten seconds", (percent, perMinute, perSecond) => {
  const taken = storm({ percent, perMinute }, perSecond, 40);
  const most = (perSecond * 10 * percent) / 100 + perMinute / 6;
  for (let from = 0; from + 10 <= taken.length; from += 1) {
    expect(sum(taken.slice(from, from + 10))).toBeLessThanOrEqual(most + 1e-9);
  }
  // And all of that.
  expect(sum(taken.slice(10, 40))).toBeGreaterThanOrEqual(0.9 * 3 * most);
});

test("what is asked rarely has the least rate", () => {
  expect(sum(storm({ percent: 20, perMinute: 60 }, 1, 10))).toBe(10);
  expect(sum(storm({ percent: 20, perMinute: 0 }, 1, 10))).toBe(2);
});

test("after ten seconds without requests nothing of before counts", () => {
  const clock = { now: 999 };
  const budget = new RetryBudget({ percent: 50, perMinute: 0, now: () => clock.now });
  for (let request = 0; request < 10; request += 1) budget.asked();
  clock.now += 9000;
  expect(budget.take()).toBe(true);
  clock.now += 60_000;
  expect(budget.take()).toBe(false);
  for (const _ of [1, 2]) budget.asked();
  expect([budget.take(), budget.take()]).toEqual([true, false]);
});
