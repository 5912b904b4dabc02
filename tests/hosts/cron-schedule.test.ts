import { describe, expect, it } from "vitest";
import { scheduleProblems } from "../../hosts/cron-schedule.ts";
import { cron } from "../../hosts/kinds/cron.ts";
import { REFUSED, TAKEN } from "./cron-verdicts.ts";

const refused = (schedule: string) => scheduleProblems(schedule).length > 0;

describe("a schedule", () => {
  it("fails where Debian's cron itself does not understand it", () => {
    expect(REFUSED.length).toBeGreaterThan(200);
    expect(REFUSED.filter((schedule) => !refused(schedule))).toEqual([]);
  });

  it("is taken as cron takes it", () => {
    const good = [
      "*/60 * * * *",
      "*/59 * * * *",
      "* * */32 * *",
      "0-59/60 * * * *",
      "* * * jan-dec mon-sat,sun",
      "* * * JAN-mar/2 fri-7",
      "007 * * * *",
      "*,5 0-0 * * 0-7",
      "0 0 29 2 *",
      "0 0 31 2 mon",
      "0 0 31 2,3 *",
      ..."@reboot @hourly @daily @midnight @weekly @monthly @yearly @annually".split(" "),
    ];
    expect(good.filter(refused)).toEqual([]);
  });

  // Cron takes these, and then runs them never, at another time than it says, or not by cronie's reading.
  it.each([
    ["a range that goes down", "* * * dec-jan *", /dec-jan.*range that goes up/],
    ["a range of days of the week that goes down", "* * * * sat-sun", /sat-sun.*range that goes up/],
    ["a day that the month does not have", "0 0 30 feb *", /day 30, month feb.*never run/],
    ["a day that none of the months has", "0 0 31 4,6,9-9,11 */2", /day 31.*never run/],
    ["what cron skips after a star", "*-5 * * * *", /\*-5.*for the minute/],
    ["a second step", "*/5/5 * * * *", /for the minute/],
    ["Quartz' marks", "* * * * 5#2", /5#2.*for the day of the week/],
    ["cronie's random times", "0~5 * * * *", /0~5.*for the minute/],
    ["a step of a single number", "5/10 * * * *", /such as 5-59\/10, for the minute/],
    ["two spaces", "*  * * * *", /five fields with one space/],
    ["a nickname in capitals", "@Daily", /@midnight/],
    ["a name in the wrong field", "* * MON * *", /MON.*1 to 31 for the day/],
    ["a name of the other kind", "* * * mon jan", /mon.*jan to dec for the month[\s\S]*jan.*sun to sat for the day/],
  ])("fails for %s", (_, schedule, words) => {
    const said = scheduleProblems(schedule).map(({ given, allowed }) => `${given}: ${allowed}`);
    expect(said.join("\n")).toMatch(words);
  });

  it("that is taken here is taken by cron, whatever it is made of", () => {
    // Bounds, names, steps and lists at random; cron has been asked for each that is in the lists.
    expect(TAKEN.length).toBeGreaterThan(100);
    const asked = [...TAKEN, ...REFUSED];
    const here = asked.filter((schedule) => !refused(schedule));
    expect(here.length).toBeGreaterThan(60);
    expect(here.filter((schedule) => !TAKEN.includes(schedule))).toEqual([]);
  });
});

describe("the command of a cron task", () => {
  const line = (command: string) => cron({ name: "a", schedule: "@daily", command }).content?.text.join("");
  const problems = (command: string) =>
    cron({ name: "a", schedule: "@daily", command }).problems.map(({ allowed }) => allowed);

  it.each([
    ["date +%F", "date +\\%F"],
    ["date +\\%F", "date +\\%F"],
    ["date '+%F\\n%T'", "date '+\\%F\\n\\%T'"],
    ["printf '%s%%' $1", "printf '\\%s\\%\\%' $1"],
  ])("has its percent signs for cron, escaped or not: %s", (command, written) => {
    expect(line(command)).toBe(`@daily root ${written}\n`);
    expect(problems(command)).toEqual([]);
  });

  it.each(["date +\\\\%F", "printf 'a\\\\nb'", "date +\\\\\\%F"])(
    "fails with two backslashes in a row: %s",
    (command) => {
      expect(problems(command).join()).toMatch(/no two backslashes/);
    },
  );

  it("fails where it is longer than Debian's cron takes, escapes counted", () => {
    expect(problems("x".repeat(998))).toEqual([]);
    expect(problems("x".repeat(999)).join()).toMatch(/at most 998 bytes/);
    expect(problems("%".repeat(500)).join()).toMatch(/at most 998 bytes/);
  });
});
