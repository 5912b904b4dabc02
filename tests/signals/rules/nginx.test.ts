import { describe, expect, it } from "vitest";
import { nginxRules } from "../../../signals/rules/nginx.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [nginxRules({ job: "frontend" })];
const labels = { job: "frontend", instance: "frontend-exporter:9113" };
const selector = (job = "frontend") => `{job="${job}",instance="frontend-exporter:9113"}`;
const up = (values: string, job?: string) => ({ [`nginx_up${selector(job)}`]: values });
const other = (values: string) => ({ 'nginx_up{job="frontend",instance="frontend-2-exporter:9113"}': values });
const connections = (handled: number, job?: string) => ({
  [`nginx_connections_accepted${selector(job)}`]: "1000+100x60",
  [`nginx_connections_handled${selector(job)}`]: `990+${handled}x60`,
});

describe("nginxRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("3 rules found");
  });

  const outage = (instance = labels.instance) => ({
    labels: { ...labels, instance, severity: "critical", service: "frontend" },
    summary: "Nginx of frontend does not answer",
    description: `No exporter reaches a status page of frontend; ${instance} is one of them. Its pages are not served.`,
  });

  it("page after a minute without an answer", () => {
    checkAlerts(groups, { series: up("1 0x8"), at: "75s", alert: "NginxDown", fires: [outage()] });
  });

  it("page when all of several replicas are silent, and no longer warn of one", () => {
    checkAlerts(groups, {
      series: { ...up("0x20"), ...other("1x8 0x12") },
      at: "4m",
      alert: "NginxDown",
      fires: [outage("frontend-2-exporter:9113"), outage()],
    });
  });

  it("only warn while another replica answers", () => {
    checkAlerts(groups, {
      series: { ...up("1 0x8"), ...other("1x9") },
      at: "75s",
      alert: "NginxDown",
      fires: [
        {
          labels: { ...labels, severity: "warning", service: "frontend" },
          summary: "One Nginx of frontend does not answer",
          description: `${labels.instance} cannot reach its status page. Other replicas of frontend serve its pages.`,
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
    ["NginxDown", "just before a minute without one of two", { ...up("1 0x8"), ...other("1x9") }, "60s"],
    ["NginxDown", "while both answer", { ...up("1x8"), ...other("1x8") }, "2m"],
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
