import { describe, expect, it } from "vitest";
import { probeRules } from "../../../signals/rules/probes.ts";
import { checkAlerts, checkLimit, checkRules, type LimitCase } from "../promtool.ts";

const groups = [probeRules()];
const url = "http://edge:8000/api/films";
const probe = `probe_success{job="probes",probe="catalog",service="catalog",instance="${url}"}`;

describe("probeRules", () => {
  it("are rules to promtool", () => {
    expect(checkRules(groups)).toContain("4 rules found");
  });

  it("page about the service that the page belongs to", () => {
    checkAlerts(groups, {
      series: { [probe]: "1 0x8" },
      at: "75s",
      alert: "ProbeFailed",
      fires: [
        {
          labels: { severity: "critical", service: "catalog", probe: "catalog", job: "probes", instance: url },
          summary: `catalog fails: ${url}`,
          description: `Asked from outside as a user would, ${url} does not answer as it should.`,
        },
      ],
    });
  });

  it.each([
    ["just before the minute is over", { [probe]: "1 0x8" }, "60s"],
    ["while the page answers", { [probe]: "1x8" }, "2m"],
    ["without the metric: TargetDown tells of that", {}, "2m"],
  ])("are silent %s", (_, series, at) => {
    checkAlerts(groups, { series, at, alert: "ProbeFailed", fires: [] });
  });
});

describe("the limits of probes and certificates", () => {
  it("keep ProbeSlow silent about a page that fails: of that ProbeFailed tells", () => {
    const series = { [probe]: "0x60", [probe.replace("probe_success", "probe_duration_seconds")]: "10x60" };
    checkAlerts(groups, { series, at: "12m", alert: "ProbeSlow", fires: [] });
    // From before it was slow for five minutes.
    checkAlerts(groups, { series: { ...series, [probe]: "1x12 0x48" }, at: "12m", alert: "ProbeSlow", fires: [] });
  });

  it("let CertificateExpires only warn while four days are left", () => {
    checkAlerts(groups, {
      // The clock of the test is at ten minutes then.
      series: { [probe.replace("probe_success", "probe_ssl_earliest_cert_expiry")]: `${4 * 86_400 + 600}x60` },
      at: "10m",
      alert: "CertificateExpires",
      fires: [
        {
          labels: { severity: "warning", service: "catalog", job: "probes", probe: "catalog", instance: url },
          summary: `The certificate of ${url} ends in 4d 0h 0m 0s`,
          description: "Below 21 days, what renews it has had its chances: it does not work.",
        },
      ],
    });
  });

  it.each<Omit<LimitCase, "groups">>([
    {
      alert: "ProbeSlow",
      at: "12m",
      above: { [probe]: "1x60", [probe.replace("probe_success", "probe_duration_seconds")]: "2.1x60" },
      below: { [probe]: "1x60", [probe.replace("probe_success", "probe_duration_seconds")]: "2x60" },
      fires: {
        labels: { severity: "warning", service: "catalog", job: "probes", probe: "catalog", instance: url },
        summary: `catalog takes 2.1s: ${url}`,
      },
    },
    {
      alert: "CertificateExpires",
      at: "10m",
      above: { [probe.replace("probe_success", "probe_ssl_earliest_cert_expiry")]: "173400x60" },
      below: { [probe.replace("probe_success", "probe_ssl_earliest_cert_expiry")]: "1901400x60" },
      fires: {
        labels: { severity: "critical", service: "catalog", job: "probes", probe: "catalog", instance: url },
        summary: `The certificate of ${url} ends in 2d 0h 0m 0s`,
      },
    },
    {
      alert: "CertificateExpires",
      at: "10m",
      above: { [probe.replace("probe_success", "probe_ssl_earliest_cert_expiry")]: "1728600x60" },
      below: { [probe.replace("probe_success", "probe_ssl_earliest_cert_expiry")]: "1901400x60" },
      fires: {
        labels: { severity: "warning", service: "catalog", job: "probes", probe: "catalog", instance: url },
        summary: `The certificate of ${url} ends in 20d 0h 0m 0s`,
      },
    },
  ])("let $alert fire above its limit, silent just below and without data", (given) => {
    checkLimit({ ...given, groups: groups });
  });
});
