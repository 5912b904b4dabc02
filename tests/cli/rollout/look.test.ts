import { expect, test } from "vitest";
import { counterOf } from "../../../cli/rollout/look.ts";
import type { MemoryQueries } from "../../../cli/rollout/memory.ts";
import type { Sample } from "../../../cli/verify/prometheus.ts";

/** A Prometheus that answers what it is asked by what stands in the question. */
const answering = (
  answers: readonly (readonly [RegExp, Readonly<Record<string, number>>])[],
  asked: string[] = [],
): MemoryQueries => ({
  now: async (expression) => {
    asked.push(expression);
    const [, values = {}] = answers.find(([pattern]) => pattern.test(expression)) ?? [];
    return Object.entries(values).map(([version, value]): Sample => ({ labels: { version }, value }));
  },
  samples: async () => [],
});

test("both versions are counted, zeros where there is nothing", async () => {
  const query = answering([
    [/histogram_quantile\(0.95/, { stable: 0.18 }],
    [/histogram_quantile\(0.5/, { stable: 0.006 }],
    [/5\.\./, {}],
    [/_bucket/, { stable: 90 }],
    [/_count/, { stable: 100.4 }],
  ]);
  const counted = await (await counterOf("catalog", 15, query)).count(30);
  expect(counted.map(({ error }) => error)).toEqual(["fail", "take longer than 0.2s", "take longer than 0.01s"]);
  expect(counted[0]?.counts).toEqual({ stable: { requests: 100, errors: 0 }, candidate: { requests: 0, errors: 0 } });
});

test("errors are never more than requests, and no number is none", async () => {
  const query = answering([
    [/histogram_quantile/, {}],
    [/=~"5\.\."/, { stable: 12, candidate: Number.NaN }],
    [/_count/, { stable: 10, candidate: 7 }],
  ]);
  const counted = await (await counterOf("catalog", 15, query)).count(30);
  expect(counted).toEqual([
    { error: "fail", counts: { stable: { requests: 10, errors: 10 }, candidate: { requests: 7, errors: 0 } } },
  ]);
});

test("what is slow is settled once, and the window is what was asked for", async () => {
  const asked: string[] = [];
  const counter = await counterOf("catalog", 15, answering([[/histogram_quantile/, { stable: 0.18 }]], asked));
  await counter.count(29.6);
  await counter.count(61);
  expect(asked.filter((expression) => expression.includes("histogram_quantile"))).toHaveLength(2);
  expect(asked.some((expression) => expression.includes("[30s]"))).toBe(true);
  expect(asked.some((expression) => expression.includes("[61s]"))).toBe(true);
});

test.each([
  [{ "": 0 }, true],
  [{ "": 1 }, false],
  // Not scraped yet.
  [{}, false],
])("a candidate with %j is away: %j", async (up, away) => {
  expect(await (await counterOf("catalog", 15, answering([[/^max\(up/, up]]))).away()).toBe(away);
});
