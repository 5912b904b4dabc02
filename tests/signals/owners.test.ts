import { expect, it } from "vitest";
import { DEFAULT_OWNER } from "../../services/owner.ts";
import { isAlertingRule, PACES, type RuleGroup } from "../../signals/rule-group.ts";
import { allPacks } from "./packs.ts";

const ownersOf = ({ rules }: RuleGroup) => [...new Set(rules.filter(isAlertingRule).map(({ owner }) => owner))];

it.each(Object.entries(allPacks(PACES.steady, "x", "shop")))("%s has the owner that it is given", (_, group) => {
  expect(ownersOf(group)).toEqual(["shop"]);
});

it.each(Object.entries(allPacks()))("%s is the platform's where nobody else looks after it", (_, group) => {
  expect(ownersOf(group)).toEqual([DEFAULT_OWNER]);
});
