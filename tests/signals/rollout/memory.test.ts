import { describe, expect, it } from "vitest";
import { type ContainerMemory, judgeMemory } from "../../../signals/rollout/memory.ts";
import { chanceOfRising, type MemorySample, risingPairs } from "../../../signals/rollout/trend.ts";
import { drawn } from "../../config/tool-verdicts.ts";

const MIB = 2 ** 20;
const SETTINGS = { confidence: 0.9997, withinSeconds: 3600 };

/** A stretch of samples, one every five seconds, of a number of MiB at each moment. */
const stretch = (length: number, at: (seconds: number) => number, every = 5): readonly MemorySample[] =>
  Array.from({ length }, (_, index) => ({ seconds: index * every, bytes: Math.round(at(index * every) * MIB) }));

const memory = (name: string, stretches: ContainerMemory["stretches"], limit = 256): ContainerMemory => ({
  container: name,
  limit: limit * MIB,
  stretches,
});
const judged = (stretches: ContainerMemory["stretches"], stable: ContainerMemory["stretches"] = [], limit = 256) =>
  judgeMemory({ candidate: [memory("new", stretches, limit)], stable: [memory("old", stable, limit)] }, SETTINGS);

const saw = (seconds: number) => (seconds % 20) / 4;
const warming = (by: number, within: number) => (seconds: number) => 60 + by * (1 - Math.exp(-seconds / within));

describe("judgeMemory", () => {
  it.each<[string, ContainerMemory["stretches"], "go on" | "roll back", RegExp]>([
    [
      "rises by 0.5 MiB a second",
      [stretch(8, (s) => 60 + s / 2)],
      "roll back",
      /from 60 MiB to 77.5 MiB of 256 MiB, by 30 MiB a minute, and would reach its limit in 6 min/,
    ],
    ["is too few times measured", [stretch(4, (s) => 60 + s / 2)], "go on", /too few times/],
    ["is higher and flat", [stretch(30, (s) => 200 + saw(s))], "go on", /without a trend/],
    ["stays the very same", [stretch(30, () => 60)], "go on", /without a trend/],
    ["falls", [stretch(30, (s) => 200 - s / 2)], "go on", /without a trend/],
    [
      "rises so slowly that it does not matter",
      [stretch(30, (s) => 60 + s / 100)],
      "go on",
      /not reach its limit within/,
    ],
    ["warms up", [stretch(8, warming(40, 15))], "go on", /slows down/],
    ["warms up for long", [stretch(24, warming(60, 60))], "go on", /slows down/],
    [
      "holds more with more requests",
      [10, 25, 50, 99].map((mib) => stretch(12, (s) => 60 + mib + saw(s))),
      "go on",
      /trend/,
    ],
    ["warms up with each step", [10, 25, 50].map((by) => stretch(12, warming(by, 15))), "go on", /slows down/],
    ["rises between collections, too", [stretch(24, (s) => 60 + s / 4 + saw(s))], "roll back", /reach its limit/],
    [
      "rises in each of several short steps",
      [0, 1, 2, 3].map((i) => stretch(4, (s) => 60 + 10 * i + s / 8, 15)),
      "roll back",
      /reach/,
    ],
    [
      "rises faster with more requests",
      [1, 3, 6].map((by) => stretch(6, (s) => 60 + (by * s) / 8)),
      "roll back",
      /reach/,
    ],
    ["has nothing measured", [], "go on", /nothing has measured/],
    ["has one sample", [stretch(1, () => 60)], "go on", /nothing has measured/],
  ])("where it %s", (_, stretches, verdict, why) => {
    const judgement = judged(stretches);
    expect(judgement.why).toMatch(why);
    expect(judgement.verdict).toBe(verdict);
  });

  it("does not blame a candidate for what stable does, too", () => {
    const leak = [stretch(12, (s) => 60 + s / 2)];
    expect(judged(leak, [stretch(12, (s) => 60 + s / 2)])).toMatchObject({ verdict: "go on", why: /so does stable/ });
    expect(judged(leak, [stretch(12, (s) => 60 + s / 5)]).verdict).toBe("go on");
    expect(judged(leak, [stretch(12, (s) => 60 + s / 7)]).verdict).toBe("roll back");
  });

  it("knows no end where there is no limit", () => {
    const candidate = [{ container: "new", stretches: [stretch(12, (s) => 60 + s)] }];
    expect(judgeMemory({ candidate, stable: [] }, SETTINGS).verdict).toBe("go on");
  });

  it("finds the one of several containers that leaks, and is surer for each of them", () => {
    const fine = memory("new-1", [stretch(8, () => 60)]);
    const leaks = memory("new-2", [stretch(7, (s) => 60 + s)]);
    const all = { candidate: [fine, leaks], stable: [] };
    // One order of 5040 rises all the time: 0.0198%.
    expect(judgeMemory(all, { ...SETTINGS, confidence: 0.9996 })).toMatchObject({
      verdict: "roll back",
      why: /^new-2/,
    });
    expect(judgeMemory(all, { ...SETTINGS, confidence: 0.9997 }).verdict).toBe("go on");
    expect(judgeMemory({ ...all, candidate: [leaks] }, { ...SETTINGS, confidence: 0.9997 }).verdict).toBe("roll back");
  });

  it("looks at what is left after collections where there are many samples, and at a day in no time", () => {
    expect(judged([stretch(17_280, (s) => 60 + saw(s))]).verdict).toBe("go on");
    expect(judged([stretch(17_280, (s) => 60 + s / 450 + saw(s))]).verdict).toBe("roll back");
  });

  it.each([0.4, 1, 99])("fails for a confidence of %j", (confidence) => {
    expect(() => judgeMemory({ candidate: [], stable: [] }, { ...SETTINGS, confidence })).toThrow(/confidence/);
  });

  it.each([0, -1, Number.NaN])("fails for %j seconds", (withinSeconds) => {
    expect(() => judgeMemory({ candidate: [], stable: [] }, { ...SETTINGS, withinSeconds })).toThrow(/withinSeconds/);
  });

  it("rolls few back that settle, and finds those that leak, under noise", () => {
    const random = drawn(5);
    const noise = () => (random() + random() + random() - 1.5) * 2;
    const part = (world: () => ContainerMemory["stretches"]) => {
      let back = 0;
      for (let turn = 0; turn < 300; turn++) if (judged(world()).verdict === "roll back") back += 1;
      return back / 300;
    };
    const steps = (at: (seconds: number) => number) => [0, 1, 2, 3].map(() => stretch(12, (s) => at(s) + noise()));
    const found = {
      flat: part(() => steps(() => 80)),
      settles: part(() => steps(warming(30, 10 + 40 * random()))),
      settlesOnce: part(() => [...steps(warming(40, 10 + 40 * random())).slice(0, 1), ...steps(() => 100).slice(1)]),
      leaks: part(() => steps((s) => 60 + s / 4)),
    };
    expect(found.flat).toBeLessThan(0.01);
    expect(found.settles).toBeLessThan(0.05);
    expect(found.settlesOnce).toBeLessThan(0.05);
    expect(found.leaks).toBeGreaterThan(0.8);
  });
});

describe("chanceOfRising", () => {
  it.each([
    [[1, 2, 3, 4], 6, 1 / 24],
    [[1, 2, 4, 3], 5, 4 / 24],
    [[4, 3, 2, 1], 0, 1],
    [[1, 1, 1, 1], 3, 15 / 24],
    [[7], 0, 1],
  ])("of %j is exact", (bytes, rising, chance) => {
    const samples = bytes.map((one, seconds) => ({ seconds, bytes: one }));
    expect(risingPairs([samples])).toBe(rising);
    expect(chanceOfRising([samples])).toBeCloseTo(chance, 12);
  });

  it("of two stretches is that of both, and of none is certain", () => {
    const rises = [1, 2, 3].map((bytes, seconds) => ({ seconds, bytes }));
    expect(chanceOfRising([rises, rises])).toBeCloseTo(1 / 36, 12);
    expect(chanceOfRising([])).toBe(1);
  });
});
