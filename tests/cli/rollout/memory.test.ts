import { describe, expect, it, test } from "vitest";
import { MemoryLedger, type MemoryQueries, memorySeen, versionOf } from "../../../cli/rollout/memory.ts";

const NAMES = [
  "vigie-dev-catalog-1",
  "vigie-dev-catalog-2",
  "vigie-dev-catalog-candidate-1",
  "vigie-dev-catalog-exporter",
];

/** A Prometheus that has so many of each metric for the candidate, and none for the others. */
const having = (restarts: number, kills: number, asked: string[] = []): MemoryQueries => ({
  now: async (expression) => {
    asked.push(expression);
    const value = (name: string) => {
      if (expression.includes("limit")) return 256;
      if (!name.includes("candidate")) return 1;
      return expression.includes("oom") ? kills : restarts;
    };
    return NAMES.map((name) => ({ labels: { container_name: name }, value: value(name) }));
  },
  samples: async (expression) => {
    asked.push(expression);
    return NAMES.map((name) => ({ labels: { container_name: name }, samples: [{ seconds: 5, value: 60 }] }));
  },
});

describe("memorySeen", () => {
  it("has each container of both versions, and none that stands beside", async () => {
    const { held, ended } = await memorySeen("catalog", 30, having(0, 0));
    expect(held.map(({ version, container }) => [version, container])).toEqual([
      ["stable", "vigie-dev-catalog-1"],
      ["stable", "vigie-dev-catalog-2"],
      ["candidate", "vigie-dev-catalog-candidate-1"],
    ]);
    expect(held[0]).toMatchObject({ limit: 256, samples: [{ seconds: 5, bytes: 60 }] });
    expect(ended).toEqual([]);
  });

  it("asks for the time that is given", async () => {
    const asked: string[] = [];
    await memorySeen("catalog", 29.6, having(0, 0, asked));
    expect(asked).toContain('container_memory_unreclaimable_bytes{service="catalog"}[30s]');
    expect(asked.filter((expression) => expression.includes("[30s]"))).toHaveLength(3);
  });

  it.each([
    [1, 0, [/catalog-candidate-1 ended, and was started again/]],
    [0, 1, [/the kernel killed a process of vigie-dev-catalog-candidate-1/]],
    [2, 1, [/the kernel killed/, /started again/]],
  ])("says what of the candidate ended: %j starts, %j kills", async (restarts, kills, words) => {
    const { ended } = await memorySeen("catalog", 30, having(restarts, kills));
    expect(ended).toHaveLength(words.length);
    for (const [index, word] of words.entries()) expect(ended[index]).toMatch(word);
  });
});

test.each([
  ["vigie-dev-catalog-1", "stable"],
  ["vigie-dev-catalog", "stable"],
  ["catalog-12", "stable"],
  ["vigie-dev-catalog-candidate", "candidate"],
  ["vigie-dev-catalog-candidate-2", "candidate"],
  ["vigie-dev-catalog-1-exporter", undefined],
  ["vigie-dev-catalog-secrets", undefined],
  ["", undefined],
])("%j runs %j", (container, version) => {
  expect(versionOf("catalog", container)).toBe(version);
});

test("the ledger keeps each step by itself, and the newest of what was seen of one", () => {
  const held = (from: number, length: number, container = "c-candidate-1") => ({
    ...{ version: "candidate" as const, container, limit: 256e6 },
    samples: Array.from({ length }, (_, index) => ({
      seconds: from + 5 * index,
      bytes: 60e6 + 1e6 * (from + 5 * index),
    })),
  });
  const settings = { confidence: 0.999, withinSeconds: 3600 };
  const ledger = new MemoryLedger();
  ledger.beginStep();
  expect(ledger.judge([held(0, 2)], settings).chance).toBeCloseTo(1 / 2);
  expect(ledger.judge([held(0, 4)], settings).chance).toBeCloseTo(1 / 24);
  ledger.beginStep();
  const both = ledger.judge([held(60, 4)], settings);
  expect(both.chance).toBeCloseTo(1 / 24 ** 2);
  expect(both.verdict).toBe("go on");
  expect(ledger.judge([held(60, 5)], settings).verdict).toBe("roll back");
});
