import { describe, expect, it } from "vitest";
import { isDrillable } from "../../../signals/drill.ts";
import { isAlertingRule, PACES } from "../../../signals/rule-group.ts";
import type { WatchedService } from "../../../signals/slo/measured.ts";
import type { Objective } from "../../../signals/slo/objective.ts";
import { sloRules } from "../../../signals/slo/rules.ts";
import { recordedBy, unknownInPromQL } from "../catalogue.ts";
import { type AlertCase, checkAlerts, checkQuery, checkRules } from "../promtool.ts";
import { missingOf } from "./missing.ts";
import { policyWith } from "./policies.ts";

const objective: Objective = { availability: 99.9, latency: { quantile: 0.95, under: "1s" }, expectedRate: "10/s" };
const blog: WatchedService = { job: "blog", counts: false, edge: "edge" };
const groups = sloRules([policyWith(objective, ["blog"])], PACES.steady, [blog]);

const routed = (part: "count" | "bucket", labels: string, service = "blog@file") =>
  `traefik_router_request_duration_seconds_${part}{job="edge",instance="edge:8082",method="GET",protocol="http",service="${service}",${labels}}`;
const http = (status: number) => routed("count", `code="${status}",router="blog@file"`);
const https = (status: number) => routed("count", `code="${status}",router="blog-tls@file"`);
const EDGE_UP = { 'up{job="edge",instance="edge:8082"}': "1x2000" };
const ROUTED = {
  'traefik_service_server_up{job="edge",instance="edge:8082",service="blog@file",url="http://blog-1:8080"}': "1x2000",
};
const PASSED_ON = {
  'traefik_service_requests_total{job="edge",instance="edge:8082",service="blog@file",code="200",method="GET",protocol="http"}':
    "0+10x2000",
};
const answered = (fast: number, all: number): AlertCase["series"] => ({
  [routed("bucket", 'code="200",router="blog@file",le="1"')]: `0+${fast}x200`,
  [http(200)]: `0+${all}x200`,
});

describe("an objective at the edge", () => {
  it("is rules to promtool", () => {
    expect(checkRules(groups)).toContain("56 rules found");
  });

  it("names what the catalogue has", () => {
    const recorded = recordedBy(groups);
    const queries = groups.flatMap(({ rules }) => rules.map(({ expr }) => ({ file: "edge", expr })));
    expect(queries.flatMap((query) => unknownInPromQL(query, recorded))).toEqual([]);
  });

  it("has the drills of every objective, but for a metric that is missing", () => {
    const alerts = groups.flatMap(({ rules }) => rules.filter(isAlertingRule));
    const faults = alerts.flatMap(({ drill }) => (isDrillable(drill) ? [drill.fault] : []));
    expect(faults).toHaveLength(4);
    expect(faults).toEqual(faults.map(() => expect.objectContaining({ kind: "stand-in", job: "blog" })));
    expect(alerts.filter(({ drill }) => !isDrillable(drill)).map(({ alert }) => alert)).toEqual([
      "SloMetricMissing",
      "SloMetricMissing",
    ]);
  });

  it.each<[string, readonly [Objective, WatchedService]]>([
    ["by itself, where the service counts nothing", [objective, { job: "blog", counts: false, edge: "edge" }]],
    [
      "where it is asked for, though the service counts",
      [
        { ...objective, measuredAt: "edge" },
        { ...blog, counts: true },
      ],
    ],
  ])("is measured there %s", (_, [owed, service]) => {
    expect(JSON.stringify(sloRules([policyWith(owed, ["blog"])], PACES.steady, [service]))).toContain("traefik_router");
  });

  it("is measured by the service where that counts, whoever routes to it", () => {
    const all = JSON.stringify(sloRules([policyWith(objective, ["blog"])], PACES.steady, [{ ...blog, counts: true }]));
    expect(all).not.toContain("traefik");
  });

  it.each([
    ["job_slo:requests:rate5m", 1250 / 60],
    ["job_slo:errors:rate5m", 250 / 60],
    ["job_slo:errors:ratio5m", 0.2],
    ["job_slo:error_budget:ratio", 0.001],
  ])("records %s of HTTP and HTTPS, as that of the service and of nobody else", (record, value) => {
    checkQuery(groups, {
      interval: "1m",
      series: {
        [http(200)]: "0+600x30",
        [https(200)]: "0+400x30",
        [http(503)]: "0+200x30",
        [https(500)]: "0+50x30",
        [routed("count", 'code="500",router="shop@file"', "shop@file")]: "0+999x30",
        [routed("count", 'code="500",router="blog@docker"', "blog@docker")]: "0+999x30",
      },
      at: "20m",
      expr: `abs(${record}{slo="availability"} - ${value}) < bool 0.01 * ${value}`,
      samples: { '{job="blog",slo="availability"}': 1 },
    });
  });

  const fires = (slo: string, burnt: string, description: string) => [
    {
      labels: { severity: "critical", service: "blog", job: "blog", slo },
      summary: `blog burns its error budget of ${slo} ${burnt} times too fast`,
      description,
    },
  ];

  it("pages when no server is left, which the edge itself answers", () => {
    checkAlerts(groups, {
      interval: "1m",
      series: { ...EDGE_UP, [http(503)]: "0+1000x60" },
      at: "55m",
      alert: "ErrorBudgetBurnsFast",
      fires: fires(
        "availability",
        "1000.0",
        "Too many requests to blog fail: 1000.0 times as many as it may have over 30d, where 0.1% are the limit. " +
          "This fires above 14.4 times over 1h or 6 times over 6h.",
      ),
    });
  });

  it("pages when too many pages are slow", () => {
    checkAlerts(groups, {
      interval: "1m",
      series: { ...EDGE_UP, ...answered(200, 1000) },
      at: "1h",
      alert: "ErrorBudgetBurnsFast",
      fires: fires(
        "latency",
        "16.0",
        "Too many requests to blog take longer than 1s: 16.0 times as many as it may have over 30d, where 5% are the " +
          "limit. This fires above 14.4 times over 1h or 6 times over 6h.",
      ),
    });
  });

  const left = (soon: number, all: number): AlertCase["series"] => ({
    [routed("bucket", 'code="499",router="blog@file",le="1"')]: `0+${soon}x200`,
    [http(499)]: `0+${all}x200`,
  });

  it("pages when it hangs, and visitors leave before anything is answered", () => {
    checkAlerts(groups, {
      interval: "1m",
      series: { ...EDGE_UP, ...answered(0, 0), ...left(0, 1000) },
      at: "1h",
      alert: "ErrorBudgetBurnsFast",
      fires: fires(
        "latency",
        "20.0",
        "Too many requests to blog take longer than 1s: 20.0 times as many as it may have over 30d, where 5% are the " +
          "limit. This fires above 14.4 times over 1h or 6 times over 6h.",
      ),
    });
  });

  it.each<[string, AlertCase["series"]]>([
    ["visitors who leave before it could be slow", { ...answered(500, 500), ...left(500, 500) }],
    ["what only visitors do wrong", { [http(404)]: "0+9999x90" }],
    ["pages that are just fast enough", answered(960, 1000)],
    [
      "the failures of another service",
      { ...answered(1000, 1000), [routed("count", 'code="500",router="x"', "x@file")]: "0+99x90" },
    ],
    ["a stack that nobody visits", { ...EDGE_UP, ...ROUTED }],
    ["a single failure at night", { [http(200)]: "0+1x90", [http(500)]: "0x40 1x50" }],
    ["no data", {}],
  ])("keeps silent about %s", (_, series) => {
    for (const alert of ["ErrorBudgetBurnsFast", "ErrorBudgetBurnsSlowly"]) {
      checkAlerts(groups, { interval: "1m", series, at: "1h", alert, fires: [] });
    }
  });
});

describe("SloMetricMissing at the edge", () => {
  const missing = missingOf("blog", "traefik_router_request_duration_seconds");
  const alert = "SloMetricMissing";
  const both = [missing("availability", "count"), missing("latency", "bucket")];

  it.each<[string, AlertCase["series"], typeof both]>([
    ["when the edge has no route to it", EDGE_UP, both],
    ["when the edge passes requests on and counts none of its routers", { ...EDGE_UP, ...ROUTED, ...PASSED_ON }, both],
    ["when nobody scrapes the edge", {}, both],
    [
      "of the latency alone when its bucket is gone",
      { ...EDGE_UP, ...ROUTED, ...PASSED_ON, [http(200)]: "0+9x99" },
      both.slice(1),
    ],
  ])("fires %s", (_, series, expected) => {
    checkAlerts(groups, { series, at: "6m", alert, fires: expected });
  });

  it.each<[string, AlertCase["series"]]>([
    ["while nobody has asked for it yet", { ...EDGE_UP, ...ROUTED }],
    ["with its requests", { ...EDGE_UP, ...ROUTED, ...PASSED_ON, ...answered(10, 10) }],
    ["while the edge is away: TargetDown tells", { 'up{job="edge",instance="edge:8082"}': "0x100" }],
  ])("keeps silent %s", (_, series) => {
    checkAlerts(groups, { series, at: "6m", alert, fires: [] });
  });

  it.each(["blog@file", "blog.stable@file", "blog.candidate@file"])(
    "keeps silent while nobody has asked for one of its versions, which the edge calls %s",
    (called) => {
      const divided = sloRules([policyWith(objective, ["blog"])], PACES.steady, [{ ...blog, edgeSplits: true }]);
      const renamed = (series: AlertCase["series"]) =>
        Object.fromEntries(Object.entries(series).map(([key, value]) => [key.replace("blog@file", called), value]));
      checkAlerts(divided, { series: { ...EDGE_UP, ...renamed(ROUTED) }, at: "6m", alert, fires: [] });
      const passed = { ...EDGE_UP, ...renamed(ROUTED), ...renamed(PASSED_ON) };
      checkAlerts(divided, { series: passed, at: "6m", alert, fires: both });
    },
  );

  it("takes the servers of another service for nobody's, though its name begins alike", () => {
    const divided = sloRules([policyWith(objective, ["blog"])], PACES.steady, [{ ...blog, edgeSplits: true }]);
    const other = Object.fromEntries(
      Object.entries(ROUTED).map(([key, value]) => [key.replace("blog@", "blog-2@"), value]),
    );
    checkAlerts(divided, { series: { ...EDGE_UP, ...other }, at: "6m", alert, fires: both });
  });
});
