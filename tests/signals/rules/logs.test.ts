import { describe, expect, it } from "vitest";
import { logRules } from "../../../signals/rules/logs.ts";
import { checkAlerts, checkRules } from "../promtool.ts";

const groups = [logRules()];
const collector = 'job="collector",instance="c:8888",exporter="otlp_http"';
const queue = (size: number) => ({
  [`otelcol_exporter_queue_size{${collector},data_type="logs"}`]: `${size}x40`,
  [`otelcol_exporter_queue_capacity{${collector},data_type="logs"}`]: "10000x40",
});
const refused = 'loki_discarded_samples_total{job="loki",instance="l:3100",reason="line_too_long"}';

describe("logRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("2 rules found");
  });

  it("warn when more than half of the queue is full", () => {
    checkAlerts(groups, {
      series: queue(5100),
      at: "5m",
      alert: "LogsDelayed",
      fires: [
        {
          labels: { severity: "warning", service: "collector", job: "collector" },
          summary: "Logs wait to be delivered: 51% of the queue is full",
          description: "collector cannot deliver: Loki is away or slow. Nothing is lost while Docker keeps the files.",
        },
      ],
    });
  });

  it("warn of lines that Loki refuses", () => {
    checkAlerts(groups, {
      interval: "20s",
      series: { [refused]: "0+1x40" },
      at: "10m",
      alert: "LogsRefused",
      fires: [
        {
          labels: { severity: "warning", service: "loki", job: "loki", reason: "line_too_long" },
          summary: "Loki refused 15 lines: line_too_long",
          description: "In the last 5m it refused them for good: who sent them does not send them again.",
        },
      ],
    });
  });

  it("warn of lines that VictoriaLogs refuses, where it keeps the logs", () => {
    const dropped = 'vl_rows_dropped_total{job="victorialogs",instance="v:9428",reason="too_small_timestamp"}';
    const others = [logRules({ logStore: "victorialogs" })];
    const alert = "LogsRefused";
    checkAlerts(others, {
      interval: "20s",
      series: { [dropped]: "0+1x40" },
      at: "10m",
      alert,
      fires: [
        {
          labels: { severity: "warning", service: "victorialogs", job: "victorialogs", reason: "too_small_timestamp" },
          summary: "VictoriaLogs refused 15 lines: too_small_timestamp",
          description: "In the last 5m it refused them for good: who sent them does not send them again.",
        },
      ],
    });
    checkAlerts(others, { series: { [dropped]: "9x60" }, at: "10m", alert, fires: [] });
    checkAlerts(others, { series: {}, at: "10m", alert, fires: [] });
  });

  it.each([
    ["LogsDelayed", "at half of the queue", queue(5000), "10m"],
    ["LogsDelayed", "before five minutes of it", queue(9000), "4m"],
    ["LogsDelayed", "without the metric", {}, "10m"],
    ["LogsRefused", "while the counter stands still", { [refused]: "9x60" }, "10m"],
    ["LogsRefused", "without the metric", {}, "10m"],
  ])("keep %s silent %s", (alert, _, series, at) => {
    checkAlerts(groups, { series, at, alert, fires: [] });
  });
});
