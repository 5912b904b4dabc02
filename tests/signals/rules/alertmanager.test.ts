import { describe, expect, it } from "vitest";
import { alertmanagerRules } from "../../../signals/rules/alertmanager.ts";
import { checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [alertmanagerRules({ job: "alertmanager" })];

const metric = (name: string, labels = "", instance = 1) =>
  `${name}{job="alertmanager",instance="am-${instance}:9093"${labels}}`;
const bucket = (le: string) =>
  metric("alertmanager_notification_latency_seconds_bucket", `,integration="email",le="${le}"`);

const cases: readonly Omit<LimitCase, "groups">[] = [
  {
    alert: "AlertmanagerReloadFailing",
    at: "2m",
    above: { [metric("alertmanager_config_last_reload_successful")]: "0x20" },
    below: { [metric("alertmanager_config_last_reload_successful")]: "1x20" },
    fires: {
      labels: { severity: "critical", service: "alertmanager", job: "alertmanager", instance: "am-1:9093" },
      summary: "am-1:9093 refuses its configuration",
    },
  },
  {
    alert: "AlertmanagerConfigsDiffer",
    at: "12m",
    above: { [metric("alertmanager_config_hash")]: "1x60", [metric("alertmanager_config_hash", "", 2)]: "2x60" },
    below: { [metric("alertmanager_config_hash")]: "1x60", [metric("alertmanager_config_hash", "", 2)]: "1x60" },
    fires: {
      labels: { severity: "warning", service: "alertmanager", job: "alertmanager" },
      summary: "The instances of alertmanager have 2 different configurations",
    },
  },
  {
    alert: "AlertmanagerPeerMissing",
    at: "12m",
    above: { [metric("alertmanager_cluster_members")]: "1x60", [metric("up")]: "1x60", [metric("up", "", 2)]: "1x60" },
    below: { [metric("alertmanager_cluster_members")]: "2x60", [metric("up")]: "1x60", [metric("up", "", 2)]: "1x60" },
    fires: {
      labels: { severity: "warning", service: "alertmanager", job: "alertmanager", instance: "am-1:9093" },
      summary: "am-1:9093 knows 1 of the Alertmanagers",
    },
  },
  {
    alert: "NotificationsSlow",
    at: "12m",
    above: { [bucket("10")]: "0+94x60", [bucket("15")]: "0+100x60", [bucket("+Inf")]: "0+100x60" },
    below: { [bucket("10")]: "0+96x60", [bucket("15")]: "0+100x60", [bucket("+Inf")]: "0+100x60" },
    fires: {
      labels: { severity: "warning", service: "alertmanager", job: "alertmanager", integration: "email" },
      summary: "Notices by email take 10.83s",
    },
  },
  {
    alert: "AlertsInvalid",
    at: "12m",
    above: { [metric("alertmanager_alerts_invalid_total", ',version="v2"')]: "0+1x60" },
    below: { [metric("alertmanager_alerts_invalid_total", ',version="v2"')]: "7x60" },
    fires: {
      labels: { severity: "warning", service: "alertmanager", job: "alertmanager", instance: "am-1:9093" },
      summary: "am-1:9093 refused 20 alerts",
    },
  },
  {
    alert: "AlertmanagerStateNotSaved",
    at: "12m",
    above: {
      [metric("alertmanager_nflog_maintenance_errors_total")]: "0+1x60",
      [metric("alertmanager_silences_maintenance_errors_total")]: "0x60",
    },
    below: {
      [metric("alertmanager_nflog_maintenance_errors_total")]: "7x60",
      [metric("alertmanager_silences_maintenance_errors_total")]: "0x60",
    },
    fires: {
      labels: { severity: "warning", service: "alertmanager", job: "alertmanager", instance: "am-1:9093" },
      summary: "am-1:9093 failed 48 times in an hour to save what it knows",
    },
  },
];

describe("alertmanagerRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("6 rules found");
  });

  it.each(cases)("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups });
  });
});
