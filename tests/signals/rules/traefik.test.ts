import { describe, expect, it } from "vitest";
import { traefikRules } from "../../../signals/rules/traefik.ts";
import { checkAlerts, checkLimit, checkQuery, checkRules, type LimitCase } from "../promtool.ts";

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

  describe("where a service may have two versions", () => {
    const divided = [traefikRules({ job: "edge", split: true })];
    const of = (version: string, host: string) =>
      server(0).replace("catalog@", `catalog.${version}@`).replace("catalog-0", host);
    const [stable, candidate] = [of("stable", "catalog-1"), of("candidate", "catalog-candidate-1")];

    it("are rules to promtool", () => {
      expect(checkRules(divided)).toContain("5 rules found");
    });

    it.each(cases)("let $alert fire as before for one with one version", (given) => {
      checkLimit({ ...given, groups: divided });
    });

    it("page when none of both versions answers, and not while one does", () => {
      const alert = "TraefikServiceDown";
      const labels = { severity: "critical", service: "catalog", job: "edge" };
      const summary = "catalog has no server that can answer";
      const description = "The edge finds none of its servers healthy. Requests to it are answered with 503.";
      const fires = [{ labels, summary, description }];
      checkAlerts(divided, { series: { [stable]: "0x20", [candidate]: "0x20" }, at: "2m", alert, fires });
      checkAlerts(divided, { series: { [stable]: "0x20", [candidate]: "1x20" }, at: "2m", alert, fires: [] });
    });

    it("name the candidate that gets nothing, as a server of the service", () => {
      const labels = { severity: "warning", service: "catalog", job: "edge", url: "http://catalog-candidate-1:5000" };
      const summary = "http://catalog-candidate-1:5000 of catalog gets no requests";
      const description = "The edge finds it unhealthy. Its other servers answer for it.";
      const series = { [stable]: "1x40", [candidate]: "0x40" };
      const alert = "TraefikServerDown";
      checkAlerts(divided, { series, at: "7m", alert, fires: [{ labels, summary, description }] });
    });

    it("know a server once that has another name since a change of weights", () => {
      const renamed = of("stable", "catalog-1");
      checkQuery(divided, {
        series: { [server(1)]: "1x20", [renamed]: "_x18 1x2", [candidate]: "1x20" },
        at: "5m",
        expr: "job_service_url:traefik_service_server_up:max",
        samples: Object.fromEntries(
          ["catalog-1", "catalog-candidate-1"].map((host) => [
            `job_service_url:traefik_service_server_up:max{job="edge",service="catalog",url="http://${host}:5000"}`,
            1,
          ]),
        ),
      });
    });
  });

  it("leave a service that is down as a whole to the alert that pages", () => {
    const series = { [server(1)]: "0x40", [server(2)]: "0x40" };
    checkAlerts(groups, { series, at: "7m", alert: "TraefikServerDown", fires: [] });
  });
});
