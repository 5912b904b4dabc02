import { describe, expect, it } from "vitest";
import { traefikRules } from "../../../signals/rules/traefik.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [traefikRules({ job: "edge" })];

const ENTRY = 'job="edge",instance="edge:8082",entrypoint="web"';
const requests = (code: number) => `traefik_entrypoint_requests_total{${ENTRY},code="${code}",method="GET"}`;
const bucket = (le: string) => `traefik_entrypoint_request_duration_seconds_bucket{${ENTRY},code="200",le="${le}"}`;
const server = (replica: number) =>
  `traefik_service_server_up{job="edge",instance="edge:8082",service="catalog@file",url="http://catalog-${replica}:5000"}`;

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "TraefikHighErrorRatio",
    at: "12m",
    above: { [requests(200)]: "0+949x60", [requests(502)]: "0+51x60" },
    below: { [requests(200)]: "0+951x60", [requests(502)]: "0+49x60" },
    fires: {
      labels: { severity: "critical", service: "edge", job: "edge", entrypoint: "web" },
      summary: "edge answers 5.1% of the requests at web with an error",
    },
  },
  {
    alert: "TraefikSlowP95",
    at: "12m",
    above: {
      [requests(200)]: "0+100x60",
      [bucket("1.2")]: "0+94x60",
      [bucket("5")]: "0+100x60",
      [bucket("+Inf")]: "0+100x60",
    },
    below: {
      [requests(200)]: "0+100x60",
      [bucket("1.2")]: "0+96x60",
      [bucket("5")]: "0+100x60",
      [bucket("+Inf")]: "0+100x60",
    },
    fires: {
      labels: { severity: "warning", service: "edge", job: "edge", entrypoint: "web" },
      summary: "edge is slow at web: p95 is 1.833s",
    },
  },
  {
    alert: "TraefikServiceDown",
    at: "2m",
    above: { [server(1)]: "0x20", [server(2)]: "0x20" },
    below: { [server(1)]: "0x20", [server(2)]: "1x20" },
    fires: {
      labels: { severity: "critical", service: "catalog", job: "edge" },
      summary: "catalog has no server that can answer",
    },
  },
  {
    alert: "TraefikServerDown",
    at: "7m",
    above: { [server(1)]: "0x40", [server(2)]: "1x40" },
    below: { [server(1)]: "1x40", [server(2)]: "1x40" },
    fires: {
      labels: { severity: "warning", service: "catalog", job: "edge", url: "http://catalog-1:5000" },
      summary: "http://catalog-1:5000 of catalog gets no requests",
    },
  },
];

describe("traefikRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("5 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });

  it("count no request of an edge that has hardly any", () => {
    checkAlerts(groups, {
      series: { [requests(502)]: "0+1x60" },
      at: "12m",
      alert: "TraefikHighErrorRatio",
      fires: [],
    });
  });

  it("leave a service that is down as a whole to the alert that pages", () => {
    const series = { [server(1)]: "0x40", [server(2)]: "0x40" };
    checkAlerts(groups, { series, at: "7m", alert: "TraefikServerDown", fires: [] });
  });
});
