import { describe, expect, it } from "vitest";
import { type MaintenanceWindow, maintenanceProblems, periodOf, windowName } from "../../signals/maintenance.ts";

const window: MaintenanceWindow = {
  services: ["orders"],
  from: "2026-12-01T22:00+01:00",
  to: "2026-12-02T02:00Z",
  why: "orders' disk is replaced",
};
const problemsOf = (change: object, known?: readonly string[]) =>
  maintenanceProblems([{ ...window, ...change } as MaintenanceWindow], known).map(
    ({ property, allowed }) => `${property}: ${allowed}`,
  );

describe("maintenanceProblems", () => {
  it.each([
    {},
    { from: "2026-12-01T22:00:00-03:30" },
    { to: "2026-12-02T21:00Z", why: "exactly a day" },
    { from: "2028-02-29T00:00Z", to: "2028-02-29T00:01Z" },
    { to: "2026-12-31T00:00Z", long: true },
    { from: "2020-01-01T00:00Z", to: "2020-01-01T01:00Z" },
  ])("takes %j", (change) => {
    expect(problemsOf(change, ["orders", "catalog"])).toEqual([]);
  });

  it.each([
    [{ to: "2026-12-02T21:01Z" }, "maintenance[0].to: at most 24 hours after 2026-12-01T22:00+01:00"],
    [{ to: "2026-12-31T00:00Z", long: false }, "maintenance[0].to: at most 24 hours after 2026-12-01T22:00+01:00"],
    [{ to: "2026-12-01T21:00Z" }, "maintenance[0].to: a time after 2026-12-01T22:00+01:00"],
    [{ to: "2026-11-30T21:00Z" }, "maintenance[0].to: a time after 2026-12-01T22:00+01:00"],
    [{ services: ["order"] }, "maintenance[0].services[0]: a service that has alerts: orders, catalog"],
    [{ services: ["orders", "orders"] }, "maintenance[0].services[1]: each service once"],
    [{ services: [] }, "maintenance[0].services: a list of at least one service"],
    [{ services: "orders" }, "maintenance[0].services: a list of at least one service"],
    [{ why: "" }, "maintenance[0].why: a line of 1 to 200 characters"],
    [{ why: "two\nlines" }, "maintenance[0].why: a line of 1 to 200 characters"],
    [{ long: "yes" }, "maintenance[0].long: true or false"],
    [{ until: "later" }, "maintenance[0].until: one of services, from, to, why, long"],
  ])("fails on %j", (change, problem) => {
    expect(problemsOf(change, ["orders", "catalog"])).toEqual([problem]);
  });

  it.each([
    "2026-12-01",
    "2026-12-01T22:00",
    "2026-12-01 22:00Z",
    "2026-12-01T22:00:30Z",
    "2026-12-01T25:00Z",
    "2026-11-31T22:00Z",
    "2027-02-29T22:00Z",
    "2026-12-01T22:00+0100",
    "2026-12-01T22:00+25:00",
    "tomorrow",
    1764626400,
    undefined,
  ])("fails on the time %j", (from) => {
    expect(problemsOf({ from })).toEqual([
      expect.stringMatching(/^maintenance\[0\]\.from: a day, a time to the minute/),
    ]);
  });

  it("fails on a window that is given twice, in whatever words, and on what is none", () => {
    const same = { ...window, from: "2026-12-01T21:00Z", why: "other words" };
    const given = [window, same, "tonight", null] as unknown as readonly MaintenanceWindow[];
    expect(maintenanceProblems(given).map(({ property }) => property)).toEqual(
      [1, 2, 3].map((at) => `maintenance[${at}]`),
    );
    expect(maintenanceProblems("tonight" as unknown as readonly MaintenanceWindow[])).toHaveLength(1);
  });

  it("fails with all that is wrong at once, and the service that was meant", () => {
    const given = [{ services: ["orderz"], from: "x", to: "y", why: "" }] as const;
    const problems = maintenanceProblems(given, ["orders"]);
    expect(problems.map(({ property }) => property.replace("maintenance[0].", ""))).toEqual([
      "services[0]",
      "from",
      "to",
      "why",
    ]);
    expect(problems[0]?.fix).toBe("Did you mean orders?");
  });
});

describe("a window", () => {
  it("is the same minutes in whatever zone it is written", () => {
    const written = [window, { ...window, from: "2026-12-01T21:00Z", to: "2026-12-01T23:00-03:00" }];
    expect(periodOf(window)).toEqual({ from: 29_935_980, to: 29_936_280 });
    expect(new Set(written.map((one) => JSON.stringify(periodOf(one)))).size).toBe(1);
    expect(windowName(window)).toBe("maintenance 2026-12-01T21:00Z to 2026-12-02T02:00Z: orders");
  });
});
