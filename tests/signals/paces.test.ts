import { describe, expect, it } from "vitest";
import { toSeconds } from "../../services/units.ts";
import { PACES, type Pace, type PaceName } from "../../signals/rule-group.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { allPacks } from "./packs.ts";
import { checkRules } from "./promtool.ts";
import { policyWith } from "./slo/policies.ts";

const seconds = (duration: string): number => toSeconds(duration) ?? 0;
const objective = { availability: 99, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" } as const;

/** The time between two scrapes that each is made for, in seconds: the default, that of the stack dev, its own limit. */
const SCRAPES: Readonly<Record<PaceName, number>> = { steady: 15, fast: 5, instant: 2 };

describe.each(Object.keys(PACES) as PaceName[])("the pace %s", (name) => {
  const pace: Pace = PACES[name];
  const scrape = SCRAPES[name];

  it("gives rules that promtool accepts, in every pack and for an objective", () => {
    const groups = [...Object.values(allPacks(pace)), ...sloRules([policyWith(objective)], pace)];
    const found = groups.reduce((sum, { rules }) => sum + rules.length, 0);
    const said = [...checkRules(groups).matchAll(/(\d+) rules found/g)].map(([, count]) => Number(count));
    expect(said.reduce((sum, count) => sum + count, 0)).toBe(found);
    expect(found).toBeGreaterThan(100);
  });

  it("has at least four scrapes in a rate, and two in what counts as down", () => {
    expect(seconds(pace.window)).toBeGreaterThanOrEqual(4 * scrape);
    expect(seconds(pace.downFor)).toBeGreaterThanOrEqual(2 * scrape);
    expect(seconds(pace.scrapeInterval ?? `${scrape}s`)).toBe(scrape);
  });

  it("evaluates at least once a scrape, and counts what is down in whole evaluations", () => {
    const evaluation = seconds(pace.evaluation ?? `${scrape}s`);
    expect(evaluation).toBeLessThanOrEqual(scrape);
    expect(seconds(pace.downFor) % evaluation).toBe(0);
  });
});
