import { expect, test } from "vitest";
import { selected } from "../../../cli/drill/select.ts";
import { planned } from "./plans.ts";

const alerts = [
  planned("Watchdog", { severity: "none" }),
  planned("TargetDown", { labels: { service: "orders" } }),
  planned("TargetDown", { labels: { service: "catalog" }, severity: "warning" }),
  planned("RedisDown", { labels: { service: "redis" }, severity: "warning" }),
];
const names = (names: readonly string[], all = false) =>
  selected({ alerts, users: {} }, { names, all }).map(({ alert, labels }) => `${alert}:${labels.service}`);

test.each([
  ["the critical ones and the Watchdog by itself", [], false, ["Watchdog:undefined", "TargetDown:orders"]],
  ["all", [], true, alerts.map(({ alert, labels }) => `${alert}:${labels.service}`)],
  ["those of a name", ["TargetDown"], false, ["TargetDown:orders", "TargetDown:catalog"]],
  [
    "those of a name and a service",
    ["TargetDown:catalog", "RedisDown"],
    false,
    ["TargetDown:catalog", "RedisDown:redis"],
  ],
])("drills %s", (_, wanted, all, expected) => {
  expect(names(wanted, all)).toEqual(expected);
});

test("fails for a service that has no such alert, and for names besides all", () => {
  expect(() => names(["TargetDown:redis"])).toThrow("TargetDown is no alert of redis: it is one of orders, catalog.");
  expect(() => names(["TargetDown"], true)).toThrow("--all and --alert contradict each other");
});

test("fails for a name that no alert has, with the nearest one", () => {
  expect(() => names(["TargetsDown"])).toThrow("no alert TargetsDown (did you mean TargetDown?)");
});
