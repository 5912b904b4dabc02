import { describe, expect, it } from "vitest";
import { victorialogsRules } from "../../../signals/rules/victorialogs.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [victorialogsRules({ job: "victorialogs" })];

const metric = (name: string, labels = "") => `${name}{job="victorialogs",instance="v:9428"${labels}}`;
const requests = (name: string) => metric(`vl_http_${name}_total`, ',path="/insert/jsonline"');
const size = (type: string) => metric("vl_data_size_bytes", `,type="${type}"`);
const most = metric("vl_max_disk_space_usage_bytes", ',path="/tmp/victoria-logs"');
const readOnly = metric("vl_storage_is_read_only", ',path="/tmp/victoria-logs"');

const labels = { service: "victorialogs", job: "victorialogs", instance: "v:9428" };

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "VictoriaLogsReadOnly",
    at: "12m",
    above: { [readOnly]: "1x60" },
    below: { [readOnly]: "0x60" },
    fires: { labels: { ...labels, severity: "critical" }, summary: "v:9428 takes no lines: its disk is full" },
  },
  {
    alert: "VictoriaLogsRequestsFailing",
    at: "12m",
    above: { [requests("requests")]: "0+100x60", [requests("errors")]: "0+11x60" },
    below: { [requests("requests")]: "0+1000x60", [requests("errors")]: "0+99x60" },
    fires: {
      labels: { severity: "critical", service: "victorialogs", job: "victorialogs", path: "/insert/jsonline" },
      summary: "victorialogs fails 11% of the requests to /insert/jsonline",
    },
  },
  {
    alert: "VictoriaLogsQueriesRefused",
    at: "12m",
    above: { [metric("vl_concurrent_select_limit_timeout_total")]: "0+1x60" },
    below: { [metric("vl_concurrent_select_limit_timeout_total")]: "7x60" },
    fires: {
      labels: { ...labels, severity: "warning" },
      summary: "v:9428 refused 20 queries: it was busy with others",
    },
  },
  {
    alert: "VictoriaLogsNearDiskLimit",
    at: "12m",
    above: { [size("storage")]: "900x60", [size("indexdb")]: "10x60", [most]: "1000x60" },
    below: { [size("storage")]: "890x60", [size("indexdb")]: "9x60", [most]: "1000x60" },
    fires: { labels: { ...labels, severity: "info" }, summary: "v:9428 has filled 91% of its share of the disk" },
  },
];

describe("victorialogsRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("4 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });

  it("keep VictoriaLogsNearDiskLimit silent where there is no limit", () => {
    const series = { [size("storage")]: "900x60" };
    checkAlerts(groups, { series, at: "12m", alert: "VictoriaLogsNearDiskLimit", fires: [] });
  });

  it("keep VictoriaLogsRequestsFailing silent where nobody asks", () => {
    const series = { [requests("requests")]: "5x60", [requests("errors")]: "5x60" };
    checkAlerts(groups, { series, at: "12m", alert: "VictoriaLogsRequestsFailing", fires: [] });
  });
});
