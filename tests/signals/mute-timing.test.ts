import { describe, expect, it } from "vitest";
import {
  type MuteTiming,
  muteTimingProblems,
  overlapOf,
  silentMoment,
  silentPeriods,
  spansOf,
} from "../../signals/mute-timing.ts";

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
  const year = Date.UTC(2027, 0, 1);
  const timing = (name: string, from: string, to: string, timezone?: string): MuteTiming =>
    timezone === undefined ? { name, from, to } : { name, from, to, timezone };

  it("says when all are muted", () => {
    expect(silentMoment([[nights], [weekend]], year)).toBe("saturday 2027-01-02 00:00 UTC");
  });

  it("sees the weeks in which one side of the ocean has changed its clocks and the other has not", () => {
    const [paris, newYork] = [
      timing("paris", "20:00", "08:00", "Europe/Paris"),
      timing("new-york", "02:00", "14:00", "America/New_York"),
    ];
    expect(silentMoment([[paris], [newYork]], year)).toBe("monday 2027-03-15 06:00 UTC");
    const silent = silentPeriods([[paris], [newYork]], year);
    // One hour a day from 14 March to 27 March, and from 31 October to 6 November.
    expect(silent.map(({ from, to }) => to - from)).toEqual(Array(20).fill(60));
    expect(new Date((silent.at(-1)?.to ?? 0) * 60_000).toISOString()).toBe("2027-11-06T07:00:00.000Z");
    expect(silentMoment([[paris], [newYork], []], year)).toBeUndefined();
  });

  it("sees it on the other half of the world, and where clocks are half an hour ahead", () => {
    const south = timing("south", "20:00", "08:00", "Australia/Adelaide");
    // Until April it is muted from 09:30 to 21:30 UTC, in winter from 10:30 to 22:30.
    const silentWith = (from: string) => silentMoment([[south], [timing("utc", from, "09:30")]], year);
    expect(silentWith("21:30")).toBe("saturday 2027-04-03 21:30 UTC");
    expect(silentWith("22:00")).toBe("saturday 2027-04-03 22:00 UTC");
    expect(silentWith("22:30")).toBeUndefined();
  });

  it("knows of the night on which an hour comes twice, and of the one on which it does not come", () => {
    const [twice, always] = [timing("twice", "02:00", "03:00", "Europe/Paris"), timing("utc", "00:00", "24:00")];
    const on = (date: string) =>
      silentPeriods([[twice], [always]], year)
        .filter(({ from }) => new Date(from * 60_000).toISOString().startsWith(date))
        .map(({ from, to }) => to - from);
    expect([on("2027-03-27"), on("2027-03-28"), on("2027-10-31"), on("2027-11-01")]).toEqual([[60], [], [120], [60]]);
  });

  it("looks at the year from today on", () => {
    expect(silentMoment([[weekend]])).toMatch(/^(saturday|sunday) \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
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
