import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { httpServiceRules } from "../../../signals/rules/http-service.ts";
import { checkAlerts, checkLimit, checkQuery, checkRules, type LimitCase } from "../promtool.ts";

const groups = [httpServiceRules({ job: "orders" })];

/** Requests at a steady pace: so many more at each sample, by status. */
const requests = (added: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(added).map(([status, each]) => [
      `http_request_duration_seconds_count{job="orders",instance="orders-1:3000",route="/",status="${status}"}`,
      `0+${each}x60`,
    ]),
  );

/** A histogram: so many more at each sample below 0.5 s, below 1 s and in all. */
const durations = (half: number, one: number, all: number) => ({
  ...requests({ 200: all }),
  ...Object.fromEntries(
    [
      ["0.5", half],
      ["1", one],
      ["+Inf", all],
    ].map(([le, each]) => [
      `http_request_duration_seconds_bucket{job="orders",instance="orders-1:3000",route="/",status="200",le="${le}"}`,
      `0+${each}x60`,
    ]),
  ),
});

describe("httpServiceRules", () => {
  it("count both versions of a rollout as one service", () => {
    const of = (version: string, instance: string, status: number) =>
      `http_request_duration_seconds_count{job="orders",instance="${instance}:3000",version="${version}",status="${status}"}`;
    const series = {
      [of("stable", "orders-1", 200)]: "0+90x60",
      [of("candidate", "orders-candidate-1", 200)]: "0+20x60",
      [of("candidate", "orders-candidate-1", 500)]: "0+40x60",
      'http_requests_in_flight{job="orders",version="stable"}': "60x60",
      'http_requests_in_flight{job="orders",version="candidate"}': "60x60",
    };
    const samples = { '{job="orders"}': 1 };
    checkQuery(groups, { series, at: "12m", expr: "abs(job:http_requests:rate5m - 10) < bool 0.001", samples });
    checkQuery(groups, { series, at: "12m", expr: "abs(job:http_errors:ratio5m - 40 / 150) < bool 0.001", samples });
    // 60 in each are not beyond the limit, both together are.
    const waiting = { labels: { severity: "warning", service: "orders", job: "orders" } };
    checkAlerts(groups, {
      ...{ series, at: "12m", alert: "HttpRequestsWaiting" },
      fires: [
        {
          ...waiting,
          summary: "orders has 120 requests in work at once",
          description: "More than 100 means that they come faster than they are answered.",
        },
      ],
    });
  });

  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([httpServiceRules({ job: "orders", pace })])).toContain("7 rules found");
  });

  it.each([
    ["job:http_requests:rate5m", { 200: 135, 500: 15 }, 10],
    ["job:http_errors:ratio5m", { 200: 135, 500: 9, 503: 6 }, 0.1],
    ["job:http_errors:ratio5m", { 200: 15, 404: 15 }, 0],
  ])("record %s", (record, added, value) => {
    checkQuery(groups, {
      series: requests(added),
      at: "10m",
      expr: `round(${record}, 0.0001)`,
      samples: { '{job="orders"}': value },
    });
  });

  it("record the 95th percentile over all instances and routes", () => {
    checkQuery(groups, {
      series: durations(900, 1000, 1000),
      at: "10m",
      expr: "round(job:http_request_duration_seconds:p95_5m, 0.0001)",
      samples: { '{job="orders"}': 0.75 },
    });
  });

  it("page when more than the limit fails", () => {
    checkAlerts(groups, {
      series: requests({ 200: 140, 500: 10 }),
      at: "10m",
      alert: "HttpHighErrorRatio",
      fires: [
        {
          labels: { severity: "critical", service: "orders", job: "orders" },
          summary: "orders fails 6.667% of its requests",
          description: "Of the answers of orders in the last 5m, 6.667% had a 5xx status; 5% is the limit.",
        },
      ],
    });
  });

  it.each([
    ["at the limit", requests({ 200: 95, 500: 5 }), "10m"],
    ["before five minutes of it", requests({ 200: 0, 500: 100 }), "5m"],
    ["when only callers are wrong", requests({ 200: 1, 404: 99 }), "10m"],
    ["below the least rate: one failed request is no outage", requests({ 500: 1 }), "10m"],
    ["without requests", requests({ 200: 0, 500: 0 }), "10m"],
    ["without the metric", {}, "10m"],
    [
      "for another job",
      Object.fromEntries(Object.entries(requests({ 500: 99 })).map(([name, v]) => [name.replace("orders", "x"), v])),
      "10m",
    ],
  ])("keep silent about errors %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "HttpHighErrorRatio", fires: [] });
  });

  it("warn when the 95th percentile is over the limit", () => {
    checkAlerts(groups, {
      series: durations(940, 1000, 1000),
      at: "10m",
      alert: "HttpSlowP95",
      fires: [
        {
          labels: { severity: "warning", service: "orders", job: "orders" },
          summary: "orders is slow: p95 is 583.3ms",
          description: "One of 20 requests to orders in the last 5m took longer than 583.3ms; 0.5 s is the limit.",
        },
      ],
    });
  });

  it.each([
    ["at the limit", durations(950, 1000, 1000), "10m"],
    ["before five minutes of it", durations(0, 0, 1000), "5m"],
    ["below the least rate", durations(0, 0, 1), "10m"],
    ["without requests", durations(0, 0, 0), "10m"],
    ["without the metric", {}, "10m"],
  ])("keep silent about durations %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "HttpSlowP95", fires: [] });
  });

  it("see errors within seconds at the fast pace", () => {
    const name = 'http_request_duration_seconds_count{job="orders",instance="orders-1:3000",status="500"}';
    const fast = [httpServiceRules({ job: "orders", pace: PACES.fast })];
    checkAlerts(fast, {
      interval: "1s",
      series: { [name]: "0+1x40" },
      at: "20s",
      alert: "HttpHighErrorRatio",
      fires: [
        {
          labels: { severity: "critical", service: "orders", job: "orders" },
          summary: "orders fails 100% of its requests",
          description: "Of the answers of orders in the last 30s, 100% had a 5xx status; 5% is the limit.",
        },
      ],
    });
  });

  it("take their limits as arguments", () => {
    const strict = [httpServiceRules({ job: "orders", thresholds: { HttpHighErrorRatio: { critical: 0.001 } } })];
    checkAlerts(strict, {
      series: requests({ 200: 995, 500: 5 }),
      at: "10m",
      alert: "HttpHighErrorRatio",
      fires: [
        {
          labels: { severity: "critical", service: "orders", job: "orders" },
          summary: "orders fails 0.5% of its requests",
          description: "Of the answers of orders in the last 5m, 0.5% had a 5xx status; 0.1% is the limit.",
        },
      ],
    });
  });
});

const each = (name: string, replica: number) => `${name}{job="orders",instance="orders-${replica}:3000"}`;

describe("the limits of what waits", () => {
  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "HttpRequestsWaiting",
      at: "12m",
      above: {
        [each("http_requests_in_flight", 1)]: "51x60",
        [each("http_requests_in_flight", 2)]: "50x60",
      },
      below: {
        [each("http_requests_in_flight", 1)]: "50x60",
        [each("http_requests_in_flight", 2)]: "50x60",
      },
      fires: {
        labels: { severity: "warning", service: "orders", job: "orders" },
        summary: "orders has 101 requests in work at once",
      },
    },
    {
      alert: "DatabasePoolExhausted",
      at: "12m",
      above: { [each("db_pool_pending_requests", 1)]: "1x60" },
      below: { [each("db_pool_pending_requests", 1)]: "1 0 ".repeat(30).trim() },
      fires: {
        labels: { severity: "warning", service: "orders", job: "orders" },
        summary: "1 requests of orders wait for a connection to the database",
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups: [httpServiceRules({ job: "orders" })] });
  });
});
