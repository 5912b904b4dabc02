import { describe, expect, it } from "vitest";
import { type MuteTiming, muteTimingProblems, overlapOf, silentMoment, spansOf } from "../../signals/mute-timing.ts";

const nights: MuteTiming = { name: "nights", from: "22:00", to: "07:00", timezone: "Europe/Paris" };
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;
const weekend: MuteTiming = { name: "weekend", days: ["saturday", "sunday"], from: "00:00", to: "24:00" };

describe("spansOf", () => {
  it("cuts what goes past midnight, with its rest on the next day", () => {
    expect(spansOf({ ...nights, days: ["sunday"] })).toEqual([
      { day: "sunday", from: 1320, to: 1440 },
      { day: "monday", from: 0, to: 420 },
    ]);
    expect(spansOf(nights)).toHaveLength(14);
  });

  it("leaves whole days whole, and what ends at midnight", () => {
    expect(spansOf(weekend)).toEqual([
      { day: "saturday", from: 0, to: 1440 },
      { day: "sunday", from: 0, to: 1440 },
    ]);
    expect(spansOf({ name: "evening", days: ["monday"], from: "20:00", to: "00:00" })).toHaveLength(1);
  });
});

describe("overlapOf", () => {
  const names = (...timings: readonly MuteTiming[]) => overlapOf(timings)?.map(({ name }) => name);

  it("finds two that cover a minute both", () => {
    expect(names(nights, weekend)).toEqual(["nights", "weekend"]);
    expect(names({ ...nights, days: weekdays, from: "23:59" }, { ...weekend, timezone: "Europe/Paris" })).toEqual([
      "nights",
      "weekend",
    ]);
  });

  it("takes two that meet", () => {
    const office = { ...nights, name: "office", from: "07:00", to: "22:00" };
    expect(names(nights, office)).toBeUndefined();
  });

  it("sees what overlaps in summer only", () => {
    const utc: MuteTiming = { name: "utc", from: "20:00", to: "21:00" };
    expect(names(nights, utc)).toEqual(["nights", "utc"]);
    expect(names({ ...nights, timezone: "Asia/Kolkata" }, { name: "utc", from: "16:00", to: "16:30" })).toBeUndefined();
  });
});

describe("silentMoment", () => {
  it("says when all are muted", () => {
    expect(silentMoment([[nights], [weekend]])).toBe("saturday 00:00 UTC");
  });

  it("is undefined where one always hears", () => {
    expect(silentMoment([[nights], []])).toBeUndefined();
    expect(silentMoment([[{ ...nights, name: "day", from: "07:00", to: "22:00" }], [nights]])).toBeUndefined();
  });
});

describe("muteTimingProblems", () => {
  it("has nothing against one that is fine", () => {
    expect([...muteTimingProblems(nights), ...muteTimingProblems(weekend)]).toEqual([]);
  });

  it.each<[string, object, object]>([
    ["a time that is none", { from: "10pm" }, { property: "muteTimings.nights.from", given: "10pm" }],
    ["a time without its zero", { from: "9:00" }, { property: "muteTimings.nights.from", given: "9:00" }],
    ["a time after the day", { to: "24:01" }, { property: "muteTimings.nights.to", given: "24:01" }],
    ["a beginning at the end of the day", { from: "24:00" }, { property: "muteTimings.nights.from" }],
    ["no time at all", { to: "22:00" }, { property: "muteTimings.nights.to", allowed: "another time than from" }],
    ["a day that is none", { days: ["samedi"] }, { property: "muteTimings.nights.days", given: "samedi" }],
    ["no day", { days: [] }, { property: "muteTimings.nights.days", given: [] }],
    ["a zone that is none", { timezone: "Paris" }, { property: "muteTimings.nights.timezone", given: "Paris" }],
    ["a name that is none", { name: "every night" }, { property: "muteTimings", given: "every night" }],
    ["a word that it has not", { until: "07:00" }, { property: "muteTimings.nights.until" }],
  ])("fails with %s", (_, change, problem) => {
    expect(muteTimingProblems({ ...nights, ...change })).toContainEqual(expect.objectContaining(problem));
  });
});
