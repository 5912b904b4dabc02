import { describe, expect, it } from "vitest";
import { nginxRules } from "../../../signals/rules/nginx.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [nginxRules({ job: "frontend" })];
const labels = { job: "frontend", instance: "frontend-exporter:9113" };
const selector = (job = "frontend") => `{job="${job}",instance="frontend-exporter:9113"}`;
const up = (values: string, job?: string) => ({ [`nginx_up${selector(job)}`]: values });
const connections = (handled: number, job?: string) => ({
  [`nginx_connections_accepted${selector(job)}`]: "1000+100x60",
  [`nginx_connections_handled${selector(job)}`]: `990+${handled}x60`,
});

describe("nginxRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("2 rules found");
  });

  it("page after a minute without an answer", () => {
    checkAlerts(groups, {
      series: up("1 0x8"),
      at: "75s",
      alert: "NginxDown",
      fires: [
        {
          labels: { ...labels, severity: "critical", service: "frontend" },
          summary: "Nginx of frontend does not answer",
          description: "The exporter cannot reach the status page of frontend. Its pages are not served.",
        },
      ],
    });
  });

  it("warn about connections that found no place", () => {
    checkAlerts(groups, {
      series: connections(99),
      at: "10m",
      alert: "NginxConnectionsDropped",
      fires: [
        {
          labels: { ...labels, severity: "warning", service: "frontend" },
          summary: "Nginx of frontend dropped 20 connections",
          description: "In the last 5m it accepted them and had no place for them.",
        },
      ],
    });
  });

  it.each([
    ["NginxDown", "just before the minute is over", up("1 0x8"), "60s"],
    ["NginxDown", "while it answers", up("1x8"), "2m"],
    ["NginxDown", "for another site", up("0x8", "docs"), "2m"],
    ["NginxDown", "without the metric: TargetDown tells of that", {}, "2m"],
    ["NginxConnectionsDropped", "while all are handled, whatever was dropped before", connections(100), "10m"],
    ["NginxConnectionsDropped", "before five minutes of it", connections(99), "4m"],
    ["NginxConnectionsDropped", "for another site", connections(99, "docs"), "10m"],
    ["NginxConnectionsDropped", "without the metrics", {}, "10m"],
  ])("keep %s silent %s", (alert, _, series, at) => {
    checkAlerts(groups, { series, at, alert, fires: [] });
  });
});
