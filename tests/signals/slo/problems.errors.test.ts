import { describe, expect, it } from "vitest";
import { DeclarationError } from "../../../services/problems.ts";
import type { Rate } from "../../../services/units.ts";
import type { WatchedService } from "../../../signals/slo/measured.ts";
import type { Objective } from "../../../signals/slo/objective.ts";
import { sloRules } from "../../../signals/slo/rules.ts";
import { policyWith } from "./policies.ts";

const latency = { quantile: 0.95, under: "300ms" } as const;
const catalog: WatchedService = { job: "catalog", counts: true, edge: "edge" };
const blog: WatchedService = { job: "blog", counts: false, edge: "edge" };
const worker: WatchedService = { job: "worker", counts: true };
const mysql: WatchedService = { job: "mysql", counts: false };

describe("fails", () => {
  it.each<[string, Objective, RegExp]>([
    [
      "where nothing is owed",
      { expectedRate: "5/s" },
      /policies\.shop\.objective: got .*allowed: availability, latency, or both/,
    ],
    [
      "at 100 percent",
      { availability: 100, expectedRate: "5/s" },
      /objective\.availability: got 100; allowed: percent from 93\.1 to below 100, such as 99\.9\. No service answers every request/,
    ],
    ["above 100 percent", { availability: 250, expectedRate: "5/s" }, /availability: got 250; .*error budget/],
    ["on a share for a percentage", { availability: 0.999, expectedRate: "5/s" }, /got 0\.999; .*percent: 99\.9\./],
    ["at what could never page", { availability: 90, expectedRate: "5/s" }, /got 90; .*too slowly to page/],
    ["below 0 percent", { availability: -1, expectedRate: "5/s" }, /got -1; allowed: percent from 93\.1/],
    ["on what is no number", { availability: Number.NaN, expectedRate: "5/s" }, /availability: got NaN; allowed/],
    [
      "on a percentage for a quantile",
      { latency: { ...latency, quantile: 95 }, expectedRate: "5/s" },
      /latency\.quantile: got 95; allowed: a share from 0\.931 to below 1, such as 0\.95\. It is no percentage: 0\.95\./,
    ],
    ["at quantile 1", { latency: { ...latency, quantile: 1 }, expectedRate: "5/s" }, /quantile: got 1; allowed/],
    ["at the median", { latency: { ...latency, quantile: 0.5 }, expectedRate: "5/s" }, /got 0\.5; .*never pages/],
    ["at a negative quantile", { latency: { ...latency, quantile: -2 }, expectedRate: "5/s" }, /quantile: got -2/],
    [
      "on a latency between two bounds",
      { latency: { ...latency, under: "400ms" }, expectedRate: "5/s" },
      /latency\.under: got "400ms"; allowed: an upper bound of http_request_duration_seconds; the nearest: 300ms and 500ms\. /,
    ],
    [
      "on one in parts of a second",
      { latency: { ...latency, under: "2.5s" as "1s" }, expectedRate: "5/s" },
      /latency\.under: got "2\.5s"; allowed: .*Write "2500ms"/,
    ],
    ["on one above all", { latency: { ...latency, under: "1m" }, expectedRate: "5/s" }, /got "1m"; .*nearest: 10s\. /],
    [
      "on one below all",
      { latency: { ...latency, under: "1ms" }, expectedRate: "5/s" },
      /got "1ms"; .*nearest: 5ms\. /,
    ],
    [
      "on a latency that is no time",
      { latency: { ...latency, under: "soon" as "1s" }, expectedRate: "5/s" },
      /got "soon"; allowed: a time: one of 5ms, 10ms, /,
    ],
    ...(["-5/s", "0/s", "often", undefined] as Rate[]).map((expectedRate): [string, Objective, RegExp] => [
      `at the rate ${expectedRate}`,
      { availability: 99.9, expectedRate },
      /objective\.expectedRate: got ("-5\/s"|"0\/s"|"often"|nothing); allowed: the requests that each service gets, above 0/,
    ]),
    [
      "on more than the traffic measures",
      { availability: 99.999, expectedRate: "1/s" },
      /availability: got 99\.999; allowed: at most 99\.9903, which is all that 1\/s can measure\. .*99\.999 takes 9\.7\/s: raise/,
    ],
    [
      "on a quantile that the traffic does not measure",
      { latency: { ...latency, quantile: 0.99 }, expectedRate: "10/h" },
      /quantile: got 0\.99; allowed: at most 0\.965, .*0\.99 takes 35\/h/,
    ],
    [
      "on traffic that measures nothing",
      { availability: 99, expectedRate: "1/h" },
      /allowed: nothing: 1\/h measures no objective\. .*99 takes 35\/h/,
    ],
  ])("%s", (_, objective, message) => {
    expect(() => sloRules([policyWith(objective)])).toThrow(message);
    expect(() => sloRules([policyWith(objective)])).toThrowErrorMatchingSnapshot();
  });

  it("for services that it does not name", () => {
    const { services: _, ...everything } = policyWith({ availability: 99.9, expectedRate: "5/s" });
    expect(() => sloRules([everything])).toThrow(/policies\.shop\.services: got nothing; allowed: the services that/);
  });

  it("for a service that nobody watches, with the nearest that somebody does", () => {
    const policy = policyWith({ availability: 99.9, expectedRate: "5/s" }, ["catalogue"]);
    expect(() => sloRules([policy], undefined, [catalog, { job: "orders", counts: true }])).toThrow(
      /policies\.shop\.services: got "catalogue"; .*catalog, orders\. Did you mean catalog\?/,
    );
  });

  const owed = { availability: 99.5, expectedRate: "1/s" } as const;
  it.each<[string, string, Objective, RegExp]>([
    [
      "a store, whose requests nobody counts",
      "mysql",
      owed,
      /policies\.shop\.services: got "mysql"; allowed: a service whose requests are counted: by itself \(http_request_duration_seconds\), or by the edge/,
    ],
    ...(["service", "edge"] as const).map((measuredAt): [string, string, Objective, RegExp] => [
      `a store, whoever is to count: ${measuredAt}`,
      "mysql",
      { ...owed, measuredAt },
      /policies\.shop\.services: got "mysql"; allowed: a service whose requests are counted/,
    ]),
    [
      "a service that is to count, and does not",
      "blog",
      { ...owed, measuredAt: "service" },
      /objective\.measuredAt: got "service"; allowed: edge, for blog, which counts no requests/,
    ],
    [
      "the edge, where it has no route",
      "worker",
      { ...owed, measuredAt: "edge" },
      /objective\.measuredAt: got "edge"; allowed: service, for worker: no edge that is watched has a route to it/,
    ],
    [
      "somebody else who counts",
      "blog",
      { ...owed, measuredAt: "egde" as "edge" },
      /objective\.measuredAt: got "egde"; allowed: service or edge/,
    ],
    [
      "a bound that the edge has not",
      "blog",
      { latency, expectedRate: "1/s" },
      /got "300ms"; allowed: an upper bound of traefik_router_request_duration_seconds; the nearest: 250ms and 500ms\. /,
    ],
    [
      "a bound that only the service has",
      "catalog",
      { latency, measuredAt: "edge", expectedRate: "1/s" },
      /got "300ms"; allowed: an upper bound of traefik_router_request_duration_seconds/,
    ],
    [
      "a bound that only the edge has",
      "catalog",
      { latency: { ...latency, under: "250ms" }, expectedRate: "1/s" },
      /got "250ms"; allowed: an upper bound of http_request_duration_seconds; the nearest: 200ms and 300ms/,
    ],
  ])("on %s", (_, job, objective, message) => {
    expect(() => sloRules([policyWith(objective, [job])], undefined, [catalog, blog, worker, mysql])).toThrow(message);
    expect(() =>
      sloRules([policyWith(objective, [job])], undefined, [catalog, blog, worker, mysql]),
    ).toThrowErrorMatchingSnapshot();
  });

  it("at the edge where the services are not known", () => {
    expect(() => sloRules([policyWith({ ...owed, measuredAt: "edge" })])).toThrow(/measuredAt: got "edge"/);
  });

  it("on a bound that one of two services has not", () => {
    const objective: Objective = { latency, expectedRate: "1/s" };
    expect(() => sloRules([policyWith(objective, ["catalog", "blog"])], undefined, [catalog, blog])).toThrow(
      /^(?!.*http_request_duration_seconds).*an upper bound of traefik_router/s,
    );
  });

  it("with all problems at once, and each of its own property", () => {
    const objective: Objective = { availability: 100, latency: { quantile: 2, under: "2s" }, expectedRate: "-1/s" };
    let error: unknown;
    try {
      sloRules([policyWith(objective, ["nobody"])], undefined, [catalog]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(DeclarationError);
    expect((error as DeclarationError).problems.map(({ property }) => property)).toEqual([
      "policies.shop.services",
      "policies.shop.objective.expectedRate",
      "policies.shop.objective.availability",
      "policies.shop.objective.latency.quantile",
      "policies.shop.objective.latency.under",
    ]);
  });
});

describe("what is said to be measurable", () => {
  it.each<[number, Rate]>([
    [99.9903, "1/s"],
    [99.999, "9.7/s"],
    [96.5, "10/h"],
    [99, "35/h"],
  ])("is: %s percent at %s", (availability, expectedRate) => {
    expect(sloRules([policyWith({ availability, expectedRate })])).toHaveLength(1);
  });
});
