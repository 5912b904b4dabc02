import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isAlertingRule } from "../../signals/rule-group.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { allPacks } from "./packs.ts";
import { policyWith } from "./slo/policies.ts";

const packs = allPacks();
const directory = "docs/runbooks";
const groups = [...Object.values(packs), ...sloRules([policyWith({ availability: 99, expectedRate: "5/s" })])];
const alerts = [...new Set(groups.flatMap(({ rules }) => rules.filter(isAlertingRule).map((r) => r.alert)))];

describe("runbooks", () => {
  it("are written for every alert of every pack, and for no other", () => {
    expect(Object.keys(packs)).toEqual(readdirSync("signals/rules").sort());
    expect(readdirSync(directory).sort()).toEqual(alerts.map((alert) => `${alert}.md`).sort());
  });

  it.each(alerts)("%s says what it means, whom it harms and what to do", (alert) => {
    const text = readFileSync(`${directory}/${alert}.md`, "utf8");
    expect(text.match(/^#+ .*/gm)).toEqual([`# ${alert}`, "## What it means", "## Whom it harms", "## What to do"]);
    expect(text).toMatch(/^1\. \S/m);
  });
});
