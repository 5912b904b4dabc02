import { describe, expect, it } from "vitest";
import { muteTimingProblems } from "../../signals/mute-timing.ts";
import { TIME_ZONES, zoneMeant } from "../../signals/time-zones.ts";
import { drawn, oneOf, takenBy } from "../config/tool-verdicts.ts";

const zoned = (timezone: string) => ({ name: "nights", from: "22:00", to: "07:00", timezone });
const fine = (timezone: string): boolean => muteTimingProblems(zoned(timezone)).length === 0;
const file = (location: string): string =>
  JSON.stringify({
    route: { receiver: "none" },
    receivers: [{ name: "none" }],
    time_intervals: [{ name: "nights", time_intervals: [{ location }] }],
  });

describe("the names of time zones", () => {
  it("are all taken by Alertmanager and known to Node, which says when somebody is muted", () => {
    const names = [...TIME_ZONES];
    const taken = takenBy("amtool", names, file);
    expect(names.filter((_, index) => !taken[index])).toEqual([]);
    for (const timeZone of names) expect(() => new Intl.DateTimeFormat("en-US", { timeZone })).not.toThrow();
    expect(names.length).toBeGreaterThan(590);
  });

  it("are none to us in another spelling, as they are none to Alertmanager", () => {
    const random = drawn(16);
    const changed = Array.from({ length: 120 }, () => {
      const name = oneOf([...TIME_ZONES], random);
      const at = Math.floor(random() * name.length);
      const turned = (text: string): string => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());
      return oneOf(
        [
          name.toLowerCase(),
          name.toUpperCase(),
          name.slice(0, at) + turned(name.slice(at, at + 1)) + name.slice(at + 1),
          name.slice(0, at) + name.slice(at + 1),
          ` ${name}`,
          `${name}/`,
          `./${name}`,
        ],
        random,
      );
    });
    const odd = ["+02:00", "-05:00", "UTC+2", "GMT+2", "utc", "europe/paris", "EUROPE/PARIS", "../etc/passwd", "Z"];
    const texts = [...new Set([...odd, ...changed])].filter((text) => text !== "");
    const taken = takenBy("amtool", texts, file);
    expect(texts.filter((text, index) => fine(text) && !taken[index])).toEqual([]);
    // What only this machine's directory of zones has is no promise of the container's.
    expect(texts.filter((text, index) => !fine(text) && taken[index] && !/^\.\/|\/$/.test(text))).toEqual([]);
  });

  it.each(["UTC", "Europe/Paris", "Europe/Kyiv", "US/Pacific", "CET", "Etc/GMT-2", "America/Argentina/Buenos_Aires"])(
    "have %s among them",
    (name) => {
      expect(fine(name)).toBe(true);
    },
  );

  it.each([
    ["europe/paris", "Write Europe/Paris."],
    ["EUROPE/KYIV", "Write Europe/Kyiv."],
    ["utc", "Write UTC."],
    ["America/New York", "Write America/New_York."],
    ["+02:00", /no zone: name the place/],
    ["UTC+2", /no zone: name the place/],
    ["Local", /Leave it out for UTC/],
    ["", /Leave it out for UTC/],
    ["Paris", "Did you mean Europe/Paris?"],
    ["Europe/Pariis", "Did you mean Europe/Paris?"],
  ])("fails with %j, and says what to write", (timezone, fix) => {
    expect(muteTimingProblems(zoned(timezone))).toEqual([
      {
        property: "muteTimings.nights.timezone",
        given: timezone,
        allowed: expect.stringContaining("letter by letter"),
        fix: typeof fix === "string" ? fix : expect.stringMatching(fix),
      },
    ]);
  });

  it("has no guess where nothing is near", () => {
    expect(zoneMeant("the office's own clock")).toBeUndefined();
  });
});
