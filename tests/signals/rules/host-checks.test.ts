import { describe, expect, it } from "vitest";
import { PACES } from "../../../signals/rule-group.ts";
import { hostCheckRules } from "../../../signals/rules/host-checks.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [hostCheckRules({ job: "health" })];
const DAY = 86_400;

const up = (instance: number, port = "443") =>
  `host_check_up{job="health",instance="health-${instance}:3003",host="db.example",port="${port}",tls="true"}`;
const ends = (instance: number) =>
  up(instance).replace("host_check_up", "host_check_certificate_expiry_timestamp_seconds");

const failing = (port = "443") => ({
  labels: { severity: "warning", service: "health", job: "health", host: "db.example", port, tls: "true" },
  summary: `db.example, port ${port}, is not well`,
  description: "No instance of health has found it well since. What needs it fails, or will.",
});

describe("hostCheckRules", () => {
  it.each(Object.entries(PACES))("are rules to promtool, at the pace %s", (_, pace) => {
    expect(checkRules([hostCheckRules({ job: "health", pace })])).toContain("3 rules found");
  });

  it("warn of each host that no instance finds well", () => {
    const series = { [up(1)]: "0x40", [up(2)]: "0x40", [up(1, "22")]: "0x40", [up(1, "80")]: "1x40" };
    checkAlerts(groups, { series, at: "5m15s", alert: "HostCheckFailing", fires: [failing("22"), failing()] });
  });

  it.each([
    ["before five minutes of it", { [up(1)]: "0x40" }, "4m45s"],
    ["while one of two instances finds it well", { [up(1)]: "0x40", [up(2)]: "1x40" }, "8m"],
    ["when it was well in between", { [up(1)]: "0x12 1 0x20" }, "8m"],
    ["for another job", { [up(1).replace('"health"', '"x"')]: "0x40" }, "8m"],
    ["without the metric: TargetDown tells of that", {}, "8m"],
  ])("keep silent about a host %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "HostCheckFailing", fires: [] });
  });

  it("only warn of a certificate while four days are left, and once for all instances", () => {
    checkAlerts(groups, {
      // The clock of the test is at ten minutes then.
      series: { [ends(1)]: `${4 * DAY + 600}x60`, [ends(2)]: `${60 * DAY}x60` },
      at: "10m",
      alert: "HostCheckCertificateExpires",
      fires: [
        {
          labels: { severity: "warning", service: "health", job: "health", host: "db.example", port: "443" },
          summary: "The certificate of db.example, port 443, ends in 4d 0h 0m 0s",
          description: "Below 14 days, whoever renews it should have done so.",
        },
      ],
    });
  });

  it("tell of a certificate that has ended", () => {
    checkAlerts(groups, {
      series: { [ends(1)]: "60x60" },
      at: "10m",
      alert: "HostCheckCertificateExpires",
      fires: [
        {
          labels: { severity: "critical", service: "health", job: "health", host: "db.example", port: "443" },
          summary: "The certificate of db.example, port 443, ends in -9m 0s",
          description: "Below 3 days somebody must act now: whoever checks it goes away when it has ended.",
        },
      ],
    });
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "HostCheckCertificateExpires",
      at: "10m",
      above: { [ends(1)]: `${2 * DAY + 600}x60` },
      below: { [ends(1)]: `${14 * DAY + 600}x60` },
      fires: {
        labels: { severity: "critical", service: "health", job: "health", host: "db.example", port: "443" },
        summary: "The certificate of db.example, port 443, ends in 2d 0h 0m 0s",
      },
    },
    {
      alert: "HostCheckCertificateExpires",
      at: "10m",
      above: { [ends(1)]: `${13 * DAY + 600}x60` },
      below: { [ends(1)]: `${14 * DAY + 600}x60` },
      fires: {
        labels: { severity: "warning", service: "health", job: "health", host: "db.example", port: "443" },
        summary: "The certificate of db.example, port 443, ends in 13d 0h 0m 0s",
      },
    },
  ])("let $alert fire beyond its limit, silent at it and without data", (given) => {
    checkLimit({ ...given, groups });
  });

  it("take their limits as arguments", () => {
    const hours = { HostCheckCertificateExpires: { critical: 3600, warning: 7200 } };
    checkAlerts([hostCheckRules({ job: "health", thresholds: hours })], {
      series: { [ends(1)]: "6000x60" },
      at: "10m",
      alert: "HostCheckCertificateExpires",
      fires: [
        {
          labels: { severity: "warning", service: "health", job: "health", host: "db.example", port: "443" },
          summary: "The certificate of db.example, port 443, ends in 1h 30m 0s",
          description: "Below 2 hours, whoever renews it should have done so.",
        },
      ],
    });
  });
});
