import { describe, expect, it } from "vitest";
import { collectorRules } from "../../../signals/rules/collector.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [collectorRules({ job: "collector" })];

const metric = (name: string, labels = "") => `${name}{job="collector",instance="collector:8888"${labels}}`;

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "CollectorDropsLogs",
    at: "12m",
    above: { [metric("otelcol_exporter_send_failed_log_records_total", ',exporter="otlp_http"')]: "0+1x60" },
    below: { [metric("otelcol_exporter_send_failed_log_records_total", ',exporter="otlp_http"')]: "7x60" },
    fires: {
      labels: { severity: "critical", service: "collector", job: "collector", exporter: "otlp_http" },
      summary: "collector gave up 20 lines of logs",
    },
  },
  {
    alert: "CollectorRefusesLogs",
    at: "12m",
    above: {
      [metric("otelcol_receiver_refused_log_records_total", ',receiver="filelog"')]: "0+1x60",
      [metric("otelcol_receiver_failed_log_records_total", ',receiver="filelog"')]: "0x60",
    },
    below: {
      [metric("otelcol_receiver_refused_log_records_total", ',receiver="filelog"')]: "7x60",
      [metric("otelcol_receiver_failed_log_records_total", ',receiver="filelog"')]: "0x60",
    },
    fires: {
      labels: { severity: "warning", service: "collector", job: "collector", receiver: "filelog" },
      summary: "collector could not take 20 lines from filelog",
    },
  },
  {
    alert: "CollectorReadsNothing",
    at: "32m",
    above: { [metric("otelcol_receiver_accepted_log_records_total", ',receiver="filelog"')]: "7x140" },
    below: { [metric("otelcol_receiver_accepted_log_records_total", ',receiver="filelog"')]: "0+1x140" },
    fires: {
      labels: { severity: "warning", service: "collector", job: "collector", receiver: "filelog" },
      summary: "collector has read 0 lines of logs in 15 minutes",
    },
  },
];

describe("collectorRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("3 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
