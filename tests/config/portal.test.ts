import { describe, expect, it } from "vitest";
import { describePortal, type PortalFacts, renderPortal } from "../../config/portal.ts";
import { dashboardsOf } from "../../dashboards/index.ts";
import { serviceDashboard } from "../../dashboards/service.ts";
import { PACES } from "../../signals/rule-group.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import type { Signals } from "../../signals/signals.ts";
import { checkQuery } from "../signals/promtool.ts";

const orders: Signals = {
  scrapeJobs: [{ job: "orders", targets: ["orders-1:3000", "orders-2:3000"], emits: ["http-service"], owner: "shop" }],
  ruleGroups: [httpServiceRules({ job: "orders", pace: PACES.fast })],
  dashboards: [serviceDashboard({ service: "orders", uses: ["postgres"] })],
  uses: [{ service: "orders", on: "postgres", exporter: true }],
  calls: [
    { from: "orders", to: "postgres" },
    { from: "edge", to: "blog" },
    { from: "edge", to: "blog" },
  ],
};
const rest: Signals = {
  scrapeJobs: [
    { job: "postgres", targets: ["postgres-exporter:9187"], emits: ["postgres"] },
    { job: "edge", targets: ["edge:8082"], emits: ["traefik"] },
    { job: "blog", targets: ["blog-1:9113"], emits: ["nginx"] },
    { job: "prometheus", targets: ["localhost:9090"], emits: ["prometheus"] },
  ],
};
const facts: PortalFacts = {
  stack: "vigie/dev",
  silences: true,
  signals: [orders, rest],
  dashboards: dashboardsOf([orders, rest], { pace: PACES.fast }),
  systems: { storefront: ["orders"], blog: ["blog"] },
  monitoring: ["prometheus"],
  pace: PACES.fast,
  scrapeInterval: "5s",
  maintenance: [{ services: ["orders"], from: "2026-12-01T00:00Z", to: "2026-12-01T01:00Z", why: "disks" }],
  asks: {
    prometheus: "http://prometheus:9090/",
    alertmanagers: [],
    logs: { kind: "victorialogs", url: "http://logs:9428/" },
  },
  pages: { prometheus: "http://localhost:9090/" },
};
const description = describePortal(facts);
const service = (name: string) => description.services.find((one) => one.name === name);

describe("describePortal", () => {
  it("has each job with its system: its own, the monitoring's, that of its only users, or the shared ones", () => {
    const systems = Object.fromEntries(description.services.map(({ name, system }) => [name, system]));
    expect(systems).toEqual({
      orders: "storefront",
      postgres: "storefront",
      edge: "shared",
      blog: "blog",
      prometheus: "monitoring",
    });
    expect(Object.keys(systems)).toEqual(["orders", "postgres", "blog", "edge", "prometheus"]);
    expect(service("orders")).toMatchObject({ owner: "shop", targets: 2, uses: ["postgres"], links: [] });
  });

  it("has the graphs of a service's own dashboard, with nothing of Grafana's left in a query", () => {
    const panels = service("orders")?.panels ?? [];
    expect(panels.map(({ title }) => title)).toEqual(expect.arrayContaining(["Requests by route", "Failed requests"]));
    expect(JSON.stringify(panels.map(({ queries }) => queries))).not.toMatch(/\$/);
    const failed = panels.find(({ title }) => title === "Failed requests");
    expect(failed?.marks.map(({ means }) => means).sort()).toEqual(["critical"]);
    expect(failed?.unit).toBe("percentunit");
  });

  it("has each call and each alert once, with its runbook, and the planned work", () => {
    expect(description.calls).toEqual([
      { from: "orders", to: "postgres" },
      { from: "edge", to: "blog" },
    ]);
    const names = description.alerts.map(({ alert }) => alert);
    expect(names).toEqual([...new Set(names)].sort());
    expect(description.alerts).toContainEqual({
      alert: "HttpSlowP95",
      severity: expect.any(String),
      runbook: "docs/runbooks/HttpSlowP95.md",
    });
    expect(description.maintenance).toEqual(facts.maintenance);
    const { services: _, ...rest } = description;
    expect({ ...rest, orders: service("orders") }).toMatchSnapshot();
  });

  it("links to the dashboards of a Grafana, where there is one", () => {
    const shown = describePortal({ ...facts, grafanaUrl: "http://localhost:3000/" });
    expect(shown.services[0]?.links[0]?.url).toMatch(/^http:\/\/localhost:3000\/d\/service-orders/);
  });

  it("is a file that says all of it", () => {
    const [file] = renderPortal(description);
    expect(file?.path).toBe("portal.json");
    expect(JSON.parse(file?.content ?? "")).toEqual(JSON.parse(JSON.stringify(description)));
  });
});

describe("the figures, as Prometheus answers them", () => {
  const series = {
    'http_request_duration_seconds_count{job="orders",status="200"}': "0+30x40",
    'http_request_duration_seconds_count{job="orders",status="500"}': "0+10x40",
    'http_request_duration_seconds_bucket{job="orders",le="0.1"}': "0+20x40",
    'http_request_duration_seconds_bucket{job="orders",le="1"}': "0+40x40",
    'http_request_duration_seconds_bucket{job="orders",le="+Inf"}': "0+40x40",
    'traefik_router_request_duration_seconds_count{job="edge",service="blog@file",code="200"}': "0+15x40",
    'traefik_router_request_duration_seconds_count{job="edge",service="orders@file",code="200"}': "0+99x40",
    'job_slo:error_budget_remaining:ratio{job="orders",slo="availability"}': "0.5x40",
    'job_slo:error_budget_remaining:ratio{job="orders",slo="latency"}': "0.25x40",
  };
  it.each([
    ["rate", { '{job="orders"}': 40 / 15, '{job="blog"}': 1 }],
    ["errors", { '{job="orders"}': 0.25, '{job="blog"}': 0 }],
    ["budget", { '{job="orders"}': 0.25 }],
  ] as const)("are %s by job: the service's own, and the edge's for whom counts none", (figure, samples) => {
    checkQuery([], { series, at: "5m", expr: description.figures[figure], samples });
  });

  it("are the 95th percentile by job, of who has requests", () => {
    const expr = `round(${description.figures.p95}, 0.01)`;
    checkQuery([], { series, at: "5m", expr, samples: { '{job="orders"}': 0.91 } });
  });
});
