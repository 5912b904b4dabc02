import { describe, expect, it } from "vitest";
import { alerts } from "../../../../cli/preview/sections/alerts.ts";
import { landing } from "../events.ts";
import { found } from "../found.ts";

const RULE = `groups:
  - name: shop.http
    rules:
      - alert: Slow
        expr: rate(a[1m]) > 5
        for: 1m
        labels: { severity: warning, owner: platform }
        annotations: { summary: it is slow }
`;
const rules = (from: string, to: string, text = RULE) =>
  found(alerts, [
    landing("prometheus", { "rules/shop.http.yml": text }, { "rules/shop.http.yml": text.replace(from, to) }),
  ]);

describe("alerts", () => {
  it.each([
    ["> 5", "> 6", "!loosened: Slow of shop: fires above 6, no longer 5"],
    ["> 5", "> 4", "tightened: Slow of shop: fires above 4, no longer 5"],
    ["for: 1m", "for: 2m", "!loosened: Slow of shop: must hold 2m, no longer 1m"],
    ["for: 1m", "for: 30s", "tightened: Slow of shop: must hold 30s, no longer 1m"],
    ["severity: warning", "severity: critical", "tightened: Slow of shop: is critical, no longer warning"],
    ["severity: warning", "severity: info", "!loosened: Slow of shop: is info, no longer warning"],
    ["[1m]", "[5m]", "!changed: Slow of shop: looks back 5m, no longer 1m"],
    ["rate(a", "rate(b", "!changed: Slow of shop: asks something else"],
    ["owner: platform", "owner: shop", "!changed: Slow of shop: its owner is shop, no longer platform"],
    ["it is slow", "it crawls", "reworded: Slow of shop: says it in other words (summary)"],
    ["alert: Slow", "alert: Late", "!removed: Slow of shop: warning, after 1m|added: Late of shop: warning, after 1m"],
  ])("%s, then %s", (from, to, expected) => {
    expect(rules(from, to).join("|")).toBe(expected);
  });

  it("says how often a group is asked where that differs", () => {
    expect(rules("- name: shop.http", "- name: shop.http\n    interval: 30s")).toEqual([
      "!changed: Slow of shop: is asked every 30s, no longer as often as Prometheus asks",
    ]);
  });

  it("both ways at once is neither loosened nor tightened", () => {
    expect(rules("> 5\n        for: 1m", "> 6\n        for: 30s")).toEqual([
      "!changed: Slow of shop: must hold 30s, no longer 1m; fires above 6, no longer 5",
    ]);
  });

  it("of two with one name, the one whose severity stays is the same one", () => {
    const rule = RULE.slice(RULE.indexOf("      - alert"));
    const both = RULE + rule.replace("warning", "critical").replace("> 5", "> 9");
    expect(rules("severity: warning", "severity: info", both)).toEqual([
      "!loosened: Slow of shop: is info, no longer warning",
    ]);
  });

  it("a longer hold with another query is neither, since nobody can say what the query does", () => {
    expect(rules("rate(a[1m]) > 5\n        for: 1m", "rate(b[1m]) > 5\n        for: 2m")).toEqual([
      "!changed: Slow of shop: must hold 2m, no longer 1m; asks something else",
    ]);
  });

  it("nothing where only what is around the rules differs", () => {
    expect(rules("rules:", "rules: # all of them")).toEqual([]);
  });
});
