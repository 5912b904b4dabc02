import { describe, expect, it } from "vitest";
import { usualBounds, versionIndicators, versionQuantile } from "../../../signals/rollout/compare.ts";
import { checkQuery } from "../promtool.ts";

const at = "10m";
const NAME = "http_request_duration_seconds";
const target = (version: string, instance: string, more: string) =>
  `{job="catalog",instance="${instance}",version="${version}",${more}}`;
const count = (version: string, instance: string, status: string) =>
  `${NAME}_count${target(version, instance, `status="${status}"`)}`;
const fast = (version: string, instance: string, le: string) =>
  `${NAME}_bucket${target(version, instance, `status="200",le="${le}"`)}`;

// Two containers that serve since long, and a candidate that has been there for two minutes, and fails.
const series = {
  [count("stable", "catalog-1", "200")]: "1000+60x40",
  [count("stable", "catalog-2", "200")]: "500+40x40",
  [count("stable", "catalog-1", "500")]: "7x40",
  [count("candidate", "catalog-candidate-1", "200")]: "_x31 20+20x9",
  [count("candidate", "catalog-candidate-1", "500")]: "_x35 3x5",
  [fast("stable", "catalog-1", "0.2")]: "1000+57x40",
  [fast("stable", "catalog-2", "0.2")]: "500+38x40",
  [fast("candidate", "catalog-candidate-1", "0.2")]: "_x31 10+10x9",
  // Another service, and one without a rollout.
  [`${NAME}_count{job="orders",version="stable",status="500"}`]: "0+100x40",
  [`${NAME}_count{job="catalog",status="500"}`]: "0+100x40",
};
const [availability, latency] = versionIndicators("catalog", [0.2]);
const counts = (stable: number, candidate: number) => ({
  '{version="candidate"}': candidate,
  '{version="stable"}': stable,
});

describe("the indicators of a rollout's versions", () => {
  it("count each version's requests, of all its containers", () => {
    const expr = availability?.requests("5m") ?? "";
    checkQuery([], { series, at, expr, samples: counts(2000, 203) });
  });

  it("count the first errors of a version that had none, and 0 where there are none", () => {
    const expr = availability?.errors("5m") ?? "";
    checkQuery([], { series, at, expr, samples: counts(0, 3) });
    const { [count("candidate", "catalog-candidate-1", "500")]: _, ...well } = series;
    checkQuery([], { series: well, at, expr, samples: counts(0, 0) });
  });

  it("count only what was answered since, of what has got its label within the window", () => {
    const label = (version: string) => (version === "" ? "" : `version="${version}",`);
    const served = (version: string, status: string) =>
      `${NAME}_count{job="catalog",instance="catalog-1",${label(version)}status="${status}"}`;
    const begun = {
      // Seven minutes without a rollout, with an outage long ago; then the same counters with a label.
      [served("", "200")]: "9000+60x27 _x13",
      [served("", "500")]: "400+0x27 _x13",
      [served("stable", "200")]: "_x28 10680+60x12",
      [served("stable", "500")]: "_x28 400+0x12",
      [served("candidate", "200").replace("catalog-1", "catalog-candidate-1")]: "_x28 20+20x12",
    };
    const window = "5m";
    const requests = `round(${availability?.requests(window)}, 100)`;
    checkQuery([], { series: begun, at, expr: requests, samples: counts(800, 300) });
    checkQuery([], { series: begun, at, expr: availability?.errors(window) ?? "", samples: counts(0, 0) });
  });

  it("count what takes longer than a bound among the answers that are no failures", () => {
    checkQuery([], { series, at, expr: latency?.requests("5m") ?? "", samples: counts(2000, 200) });
    checkQuery([], { series, at, expr: latency?.errors("5m") ?? "", samples: counts(100, 100) });
    expect(latency?.error).toBe("take longer than 0.2s");
  });

  it("leave durations out where no bound is given", () => {
    expect(versionIndicators("catalog").map(({ slo }) => slo)).toEqual(["availability"]);
  });

  it("know the 95th percentile of each version", () => {
    const buckets = (version: string, le: string) => `${NAME}_bucket{job="catalog",version="${version}",le="${le}"}`;
    const some = (version: string, within: number) => ({
      [buckets(version, "0.1")]: `0+${within}x40`,
      [buckets(version, "0.2")]: "0+100x40",
      [buckets(version, "+Inf")]: "0+100x40",
    });
    checkQuery([], {
      series: { ...some("stable", 95), ...some("candidate", 90) },
      at,
      expr: `round(${versionQuantile("catalog", 0.95, "5m")}, 0.001)`,
      samples: counts(0.1, 0.15),
    });
  });
});

describe("usualBounds", () => {
  it.each([
    [0.18, 0.2],
    [0.2, 0.2],
    [0.2001, 0.3],
    [0, 0.005],
    [10, 10],
    [10.1, undefined],
    [Number.NaN, undefined],
  ])("of %j is %j", (quantile, bound) => {
    expect(usualBounds([quantile])).toEqual(bound === undefined ? [] : [bound]);
  });

  it("of several are each once", () => {
    expect(usualBounds([0.18, 0.19, 0.006, Number.NaN])).toEqual([0.2, 0.01]);
  });
});
