import { expect, test } from "vitest";
import { formatTable, median, runPairs, summarize } from "../../bench/pairs.ts";

test("the median of an odd number is the middle one, of an even number the mean of the two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("the ratio is the median of the pairs' ratios, not the ratio of the medians", () => {
  const pairs = [
    { subject: 2, anchor: 1 },
    { subject: 6, anchor: 5 },
    { subject: 9, anchor: 3 },
  ];
  expect(summarize(pairs)).toEqual({ pairs: 3, ratio: 2, smallest: 1.2, largest: 3, subject: 6, anchor: 3 });
});

test("pairs change their order from one to the next", async () => {
  const order: string[] = [];
  const run = (name: string, seconds: number) => async () => {
    order.push(name);
    return seconds;
  };
  const pairs = await runPairs(3, run("subject", 3), run("anchor", 2));
  expect(order).toEqual(["subject", "anchor", "anchor", "subject", "subject", "anchor"]);
  expect(pairs).toEqual([
    { subject: 3, anchor: 2 },
    { subject: 3, anchor: 2 },
    { subject: 3, anchor: 2 },
  ]);
});

test("the table has a line a pair, the medians, and the spread", () => {
  const table = formatTable({ subject: "no-op up", anchor: "empty" }, [
    { subject: 3, anchor: 2 },
    { subject: 2.6, anchor: 2 },
    { subject: 2.8, anchor: 2 },
  ]);
  expect(table).toBe(
    [
      "  pair  no-op up   empty  ratio",
      "     1    3.00 s  2.00 s   1.50",
      "     2    2.60 s  2.00 s   1.30",
      "     3    2.80 s  2.00 s   1.40",
      "median    2.80 s  2.00 s   1.40",
      "ratio 1.40 (smallest 1.30, largest 1.50)",
      "",
    ].join("\n"),
  );
});

test("fails without a pair", () => {
  expect(() => summarize([])).toThrow("at least one value");
});
