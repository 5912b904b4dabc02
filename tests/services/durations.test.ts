import { describe, expect, it } from "vitest";
import { type Duration, durationMeant, durationWrong, inOneUnit, toSeconds } from "../../services/units.ts";
import { drawn, oneOf, takenBy } from "../config/tool-verdicts.ts";

// What people write, and what nobody does.
const WRITTEN = [
  ...["1.5h", "0.25m", "2.5s", ".5s", "1.h", "1,5h", "1e3s", "1.5d", "0.001w"],
  ...["1h30m", "1w2d3h4m5s6ms", "1y", "292y", "293y", "300y", "99999999w", "30m1h", "1h1h", "1m30", "30 s", "1h 30m"],
  ...["", "0", "00", "5", "-5s", "+5s", "5S", "5M", "5min", "5sec", "1hr", "5µs", "5us", "5ns", "05m", "0s", "1ms"],
  ...["s", "soon", "1h\n", " 1h", "1h ", "PT5M", "٥m", "1d12h", "9223372036854ms", "9223372036855ms", "9223372036s"],
] as const;

// Units in any order, numbers with and without a part.
const random = drawn(20261130);
const DRAWN = Array.from({ length: 250 }, () =>
  Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const number = oneOf(["0", "1", "7", "12", "90", "007", "1000000", "1.5", "", "-1"], random);
    return number + oneOf(["ms", "s", "m", "h", "d", "w", "y", "M", "", "us"], random);
  }).join(""),
);

const TEXTS = [...new Set([...WRITTEN, ...DRAWN])];
const ours = TEXTS.map((text) => toSeconds(text) !== undefined);
const asTaken = (taken: readonly boolean[]) => TEXTS.filter((_, index) => taken[index]);

describe("toSeconds", () => {
  it("takes what Prometheus' own parser takes, and nothing else", () => {
    const file = (text: string) =>
      JSON.stringify({ groups: [{ name: "a", rules: [{ alert: "A", expr: "up", for: text }] }] });
    expect(asTaken(ours)).toEqual(asTaken(takenBy("promtool", TEXTS, file)));
    expect(asTaken(ours).length).toBeGreaterThan(30);
    expect(asTaken(ours).length).toBeLessThan(TEXTS.length - 100);
  });

  it("takes what Alertmanager's own parser takes, and nothing else", () => {
    const file = (text: string) =>
      JSON.stringify({ route: { receiver: "none", group_wait: text }, receivers: [{ name: "none" }] });
    expect(asTaken(ours)).toEqual(asTaken(takenBy("amtool", TEXTS, file)));
  });

  it.each<[Duration | "0" | "1y", number]>([
    ["0", 0],
    ["1h30m", 5400],
    ["1m30s", 90],
    ["2s500ms", 2.5],
    ["1w2d", 777_600],
    ["1y", 31_536_000],
    ["1500ms", 1.5],
  ])("reads %j as %j seconds", (text, seconds) => {
    expect(toSeconds(text)).toBe(seconds);
  });
});

describe("durationMeant", () => {
  it.each([
    ["1.5h", "90m"],
    ["0.25m", "15s"],
    ["2.5s", "2500ms"],
    ["1.1s", "1100ms"],
    ["1.5d", "36h"],
    [".5m", "30s"],
    ["30", "30s"],
    ["90 min", "90m"],
    ["5 minutes", "5m"],
    ["1hr 30mins", "90m"],
    ["30m1h", "90m"],
    ["5S", "5s"],
    ["0.5ms", undefined],
    ["5us", undefined],
    ["soon", undefined],
    ["", undefined],
    ["1h or so", undefined],
  ])("reads %j as %j", (text, meant) => {
    expect(durationMeant(text)).toBe(meant);
    if (meant !== undefined) expect(toSeconds(meant)).toBeDefined();
  });
});

describe("durationWrong", () => {
  it("fails with what to write instead, where that is enough", () => {
    expect(durationWrong("1.5h", { least: 1, such: "4h" })).toEqual({
      allowed: 'a duration of at least a second in whole numbers, such as "4h"',
      fix: 'Write "90m".',
    });
    expect(durationWrong("0.25s", { least: 1, such: "4h" })).not.toHaveProperty("fix");
    expect(durationWrong(undefined, { such: "4h" })).not.toHaveProperty("fix");
    expect(durationWrong(4, { such: "4h" })).toMatchObject({ fix: 'Write "4s".' });
  });

  it("has nothing against the least one", () => {
    expect(durationWrong("1s", { least: 1, such: "4h" })).toBeUndefined();
    expect(durationWrong("999ms", { least: 1, such: "4h" })).toBeDefined();
    expect(durationWrong("0s", { such: "4h" })).toBeUndefined();
  });
});

describe("inOneUnit", () => {
  it.each([
    ["1m30s", "90s"],
    ["15s", "15s"],
    ["60s", "1m"],
    ["1h30m", "90m"],
    ["soon", "soon"],
  ])("writes %j as %j", (text, written) => {
    expect(inOneUnit(text)).toBe(written);
  });
});
