import { describe, expect, test } from "vitest";
import { exitCodeOf, nameOf, type Outcome, statusOf } from "../../../cli/drill/outcome.ts";
import { planned } from "./plans.ts";

const bounds = { detect: 20, notify: 4, resolve: 48 };

test.each([
  [{ detect: 20, notify: 4, resolve: 48 }, "ok"],
  [{ detect: 0, notify: 0, resolve: 0 }, "ok"],
  [{ detect: 20.1, notify: 4, resolve: 48 }, "late"],
  [{ detect: 20, notify: 4.1, resolve: 48 }, "late"],
  [{ detect: 1, notify: 1, resolve: 49 }, "late"],
] as const)("%j is %s", (seconds, status) => {
  expect(statusOf(seconds, bounds)).toEqual({ status });
});

test.each([
  [{}, "none of detect, notify, resolve"],
  [{ detect: 1, notify: 1 }, "none of resolve"],
  [{ detect: 1, resolve: 1 }, "none of notify"],
])("fails where a step was not measured: %j", (seconds, came) => {
  expect(statusOf(seconds, bounds)).toMatchObject({ status: "failed", problem: { came } });
});

describe("the exit code", () => {
  test.each<[readonly Outcome["status"][], boolean, number]>([
    [["ok", "undrillable"], false, 0],
    [[], false, 0],
    [["ok", "late"], false, 4],
    [["ok", "absent", "late"], false, 3],
    [["late", "absent", "failed", "ok"], false, 1],
    [["ok", "cut off", "failed"], false, 130],
    [["ok"], true, 130],
  ])("of %j, interrupted: %s, is %i", (statuses, interrupted, code) => {
    expect(
      exitCodeOf(
        statuses.map((status) => ({ status })),
        interrupted,
      ),
    ).toBe(code);
  });
});

test.each([
  [planned("TargetDown", { labels: { service: "orders" } }), "TargetDown of orders"],
  [planned("Watchdog", { severity: "none" }), "Watchdog [none]"],
  [
    planned("ErrorBudgetBurnsFast", { labels: { service: "orders", slo: "latency" }, severity: "warning" }),
    "ErrorBudgetBurnsFast of orders (latency) [warning]",
  ],
])("an alert is called as people say it", (plan, name) => {
  expect(nameOf(plan)).toBe(name);
});
