import { describe, expect, it } from "vitest";
import { renderRules } from "../../config/rules.ts";
import { DeclarationError } from "../../services/problems.ts";
import type { AlertingRule, RuleGroup } from "../../signals/rule-group.ts";

const alert: AlertingRule = {
  alert: "OrdersLost",
  expr: "orders_lost > 0",
  for: "1m",
  severity: "critical",
  kind: "outage",
  drill: { undrillable: "Orders of a test are not lost." },
  owner: "sales",
  dashboard: { uid: "service-orders" },
  summary: "Orders are lost",
  description: "Money is lost with them.",
};
const group = (change: object): RuleGroup => ({ name: "orders", rules: [{ ...alert, ...change }] });

describe("renderRules", () => {
  it.each<[string, readonly RuleGroup[], RegExp]>([
    ["a group given twice", [group({}), group({})], /ruleGroups: got "orders"; allowed: each group once\. Two sources/],
    ["a group whose name leaves the directory", [{ ...group({}), name: "../x" }], /ruleGroups: got "\.\.\/x"/],
    ["a group without rules", [{ name: "orders", rules: [] }], /ruleGroups\.orders\.rules: got \[\]/],
    ["an interval below a second", [{ ...group({}), interval: "10ms" }], /ruleGroups\.orders\.interval: got "10ms"/],
    ["an alert that is not in CamelCase", [group({ alert: "orders_lost" })], /orders\.alert: got "orders_lost"/],
    ["an alert without a condition", [group({ expr: " " })], /OrdersLost\.expr: got " "; allowed: a condition/],
    ["a time that is none", [group({ for: "soon" })], /OrdersLost\.for: got "soon"; allowed: a duration/],
    ["a part of a minute", [group({ for: "1.5m" })], /OrdersLost\.for: got "1\.5m"; .*Write "90s"/],
    ["a time without a unit", [group({ keepFiringFor: "30" })], /keepFiringFor: got "30"; .*Write "30s"/],
    [
      "a part of a second between",
      [{ ...group({}), interval: "1.5s" as "1s" }],
      /interval: got "1\.5s"; .*Write "1500ms"/,
    ],
    ["a time to keep firing that is none", [group({ keepFiringFor: "long" })], /OrdersLost\.keepFiringFor: got "long"/],
    [
      "an unknown severity",
      [group({ severity: "page" })],
      /OrdersLost\.severity: got "page"; allowed: critical, warning, info, none/,
    ],
    [
      "an unknown kind",
      [group({ kind: "pain" })],
      /OrdersLost\.kind: got "pain"; allowed: outage, symptom, cause, none/,
    ],
    [
      "an alert that nobody looks after",
      [group({ owner: "" })],
      /OrdersLost\.owner: got ""; allowed: a team or a role/,
    ],
    [
      "an unknown dashboard",
      [group({ dashboard: { uid: "shop" } })],
      /OrdersLost\.dashboard: got "shop"; allowed: stack-home/,
    ],
    ["an alert without words", [group({ summary: "" })], /OrdersLost\.summary: got ""/],
    ["an alert without a description", [group({ description: "" })], /OrdersLost\.description: got ""/],
    [
      "a recorded name without a level",
      [{ name: "orders", rules: [{ record: "orders", expr: "x" }] }],
      /orders\.record: got "orders"; allowed: level:metric:operations/,
    ],
    ["a record without a query", [{ name: "orders", rules: [{ record: "a:b:c", expr: "" }] }], /orders\.a:b:c\.expr/],
  ])("fails with %s", (_, groups, message) => {
    expect(() => renderRules(groups)).toThrow(message);
    expect(() => renderRules(groups)).toThrowErrorMatchingSnapshot();
  });

  it("fails with every problem at once", () => {
    const work = () => renderRules([group({ for: "soon", summary: "" }), group({})]);
    expect(work).toThrow(DeclarationError);
    expect(work).toThrow(/for: got "soon"[\s\S]*summary: got ""[\s\S]*each group once/);
  });
});
