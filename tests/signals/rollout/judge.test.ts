import { describe, expect, it } from "vitest";
import { judge, type Verdict, type VersionCounts } from "../../../signals/rollout/judge.ts";
import { drawn } from "../../config/tool-verdicts.ts";

const of = (errors: number, requests: number): VersionCounts => ({ requests, errors });
const settings = { confidence: 0.99, leastRequests: 100 };
const judged = (stable: VersionCounts, candidate: VersionCounts, more: object = {}) =>
  judge({ stable, candidate }, { ...settings, ...more });

/** The same chance by whole numbers, which round nothing: of all ways to draw the candidate's requests, those with so many. */
function exactly(stable: VersionCounts, candidate: VersionCounts): number {
  const choose = (n: number, k: number): bigint => {
    if (k < 0 || k > n) return 0n;
    let product = 1n;
    for (let i = 1; i <= k; i++) product = (product * BigInt(n - k + i)) / BigInt(i);
    return product;
  };
  const [requests, errors] = [stable.requests + candidate.requests, stable.errors + candidate.errors];
  let ways = 0n;
  for (let x = candidate.errors; x <= Math.min(errors, candidate.requests); x++) {
    ways += choose(errors, x) * choose(requests - errors, candidate.requests - x);
  }
  return Number((ways * 10n ** 18n) / choose(requests, candidate.requests)) / 1e18;
}

describe("judge", () => {
  it.each<[string, VersionCounts, VersionCounts, Verdict]>([
    ["none fails", of(0, 1800), of(0, 200), "go on"],
    ["both fail as often", of(18, 1800), of(2, 200), "go on"],
    ["the candidate fails less", of(90, 1800), of(1, 200), "go on"],
    ["one failure of a candidate is chance", of(0, 1800), of(1, 200), "go on"],
    ["two are, for 99%, no more", of(0, 1900), of(2, 100), "roll back"],
    ["5% of the candidate fail", of(2, 1800), of(10, 200), "roll back"],
    ["all of the candidate fail", of(0, 900), of(100, 100), "roll back"],
    ["both fail always", of(900, 900), of(100, 100), "go on"],
    ["the candidate has too few requests", of(0, 1800), of(1, 99), "wait"],
    ["too few are enough where they say enough", of(0, 1800), of(3, 20), "roll back"],
    ["one of too few says little", of(0, 1800), of(1, 20), "wait"],
    ["the candidate has just enough", of(0, 1800), of(50, 100), "roll back"],
    ["stable has too few requests", of(0, 99), of(1, 1800), "wait"],
    ["nobody asks", of(0, 0), of(0, 0), "wait"],
    ["a day's requests, and a difference that is none", of(86_400, 8_640_000), of(9700, 960_000), "go on"],
    ["a day's requests, and a small one that is", of(86_400, 8_640_000), of(10_000, 960_000), "roll back"],
  ])("where %s", (_, stable, candidate, verdict) => {
    expect(judged(stable, candidate).verdict).toBe(verdict);
  });

  it("knows the tea that Fisher's lady tasted: three of four cups right is chance in 17 of 70 cases", () => {
    const { chance } = judged(of(1, 4), of(3, 4), { leastRequests: 4 });
    expect(chance).toBeCloseTo(17 / 70, 12);
    expect(judged(of(0, 4), of(4, 4), { leastRequests: 4 }).chance).toBeCloseTo(1 / 70, 12);
  });

  it("is exact, against whole numbers that round nothing", () => {
    const random = drawn(20261130);
    const upTo = (most: number) => Math.floor(random() * (most + 1));
    for (let turn = 0; turn < 300; turn++) {
      const [n, m] = [1 + upTo(400), 1 + upTo(120)];
      const share = random() ** 3;
      const [stable, candidate] = [of(Math.round(upTo(n) * share), n), of(Math.round(upTo(m) * share), m)];
      const { chance = -1 } = judged(stable, candidate, { leastRequests: 1 });
      expect(Math.abs(chance - exactly(stable, candidate)), JSON.stringify([stable, candidate])).toBeLessThan(1e-9);
    }
  });

  it("never forgives a candidate for one more error, and never blames it for one more of stable's", () => {
    const random = drawn(7);
    for (let turn = 0; turn < 200; turn++) {
      const [n, m] = [50 + Math.floor(random() * 5000), 50 + Math.floor(random() * 500)];
      const [s, c] = [Math.floor(random() * n * 0.2), Math.floor(random() * m * 0.2)];
      const at = (stable: number, candidate: number) =>
        judged(of(stable, n), of(candidate, m), { leastRequests: 1 }).chance ?? -1;
      expect(at(s, c + 1)).toBeLessThanOrEqual(at(s, c) + 1e-9);
      expect(at(s + 1, c)).toBeGreaterThanOrEqual(at(s, c) - 1e-9);
      expect(at(s, c)).toBeGreaterThanOrEqual(0);
      expect(at(s, c)).toBeLessThanOrEqual(1);
    }
  });

  it("rolls a good candidate back no more often than it says", () => {
    const random = drawn(42);
    const failing = (requests: number) => Array.from({ length: requests }, random).filter((x) => x < 0.03).length;
    const turns = 2000;
    let back = 0;
    for (let turn = 0; turn < turns; turn++) {
      const { verdict } = judged(of(failing(900), 900), of(failing(100), 100), { confidence: 0.95 });
      if (verdict === "roll back") back += 1;
    }
    expect(back).toBeGreaterThan(0);
    expect(back / turns).toBeLessThan(0.05);
  });

  it("asks for more where it has to be surer", () => {
    const [stable, candidate] = [of(2, 1000), of(3, 200)];
    const at = (confidence: number) => judged(stable, candidate, { confidence }).verdict;
    expect([0.9, 0.99].map(at)).toEqual(["roll back", "go on"]);
  });

  it("rounds what Prometheus answers, and says the numbers", () => {
    const { why, verdict } = judged({ requests: 1800.4, errors: 1.7 }, { requests: 200.2, errors: 9.6 });
    expect(verdict).toBe("roll back");
    expect(why).toMatch(
      /^candidate: 10 errors of 200 requests \(5%\); stable: 2 errors of 1800 requests \(0\.111%\); .* of all cases, and the limit is 1%$/,
    );
    expect(judged(of(0, 0), of(0, 12)).why).toBe(
      "candidate: 0 errors of 12 requests (0%); stable: 0 errors of 0 requests; each needs 100 requests before they are compared",
    );
  });

  it("fails with everything that is no count and no setting", () => {
    const counts = { stable: of(3, 2), candidate: of(-1, Number.NaN) };
    expect(() => judge(counts, { confidence: 99, leastRequests: 0 })).toThrow(
      /confidence: got 99; .*0\.99\.\n.*leastRequests: got 0.*\n.*stable\.errors: got 3; allowed: at most the 2 requests\.\n.*candidate\.requests: got NaN.*\n.*candidate\.errors: got -1/,
    );
    for (const confidence of [0.49, 1, Number.NaN]) {
      expect(() => judged(of(0, 100), of(0, 100), { confidence })).toThrow(/confidence/);
    }
    for (const leastRequests of [1.5, -1]) {
      expect(() => judged(of(0, 100), of(0, 100), { leastRequests })).toThrow(/leastRequests/);
    }
  });
});
