import { describe, expect, it } from "vitest";
import { isAlertingRule } from "../../signals/rule-group.ts";
import { httpServiceRules } from "../../signals/rules/http-service.ts";
import { probeRules } from "../../signals/rules/probes.ts";
import { targetRules } from "../../signals/rules/targets.ts";
import { showLimit, type ThresholdUnit } from "../../signals/threshold.ts";
import { limitsIn, limitsOf, type ServiceThresholds, THRESHOLDS, type Thresholds } from "../../signals/thresholds.ts";
import { allPacks } from "./packs.ts";
import { checkAlerts } from "./promtool.ts";

const rules = Object.values(allPacks()).flatMap((group) => group.rules.filter(isAlertingRule));

describe("THRESHOLDS", () => {
  it("has every alert that has a limit, and no other", () => {
    const limited = rules.filter(({ limit }) => limit !== undefined).map(({ alert }) => alert);
    expect([...new Set(limited)].sort()).toEqual(Object.keys(THRESHOLDS).sort());
  });

  it("is what the alerts compare with", () => {
    for (const { alert, severity, expr, limit } of rules) {
      if (limit === undefined) continue;
      expect(limit.severity, alert).toBe(severity);
      expect(expr, alert).toContain(`${limit.fires === "above" ? ">" : "<"} ${limit.value}`);
    }
  });
});

describe("limitsOf", () => {
  it("is the default, the most urgent first", () => {
    expect(limitsOf("CertificateExpires")).toEqual([
      { severity: "critical", value: 259_200, unit: "seconds", fires: "below" },
      { severity: "warning", value: 1_814_400, unit: "seconds", fires: "below" },
    ]);
  });

  it("replaces a level, leaves the others, and adds one", () => {
    const values = (overrides: Thresholds) =>
      limitsOf("HttpSlowP95", overrides).map(({ severity, value }) => [severity, value]);
    expect(values({ HttpSlowP95: { warning: 1 } })).toEqual([["warning", 1]]);
    expect(values({ HttpSlowP95: { critical: 3 } })).toEqual([
      ["critical", 3],
      ["warning", 0.5],
    ]);
  });

  it("does not compile for an alert, a level or a pack that is not", () => {
    // @ts-expect-error there is no such alert
    const unknown: Thresholds = { CatalogErrors: { warning: 0.1 } };
    // @ts-expect-error there is no such level
    const level: Thresholds = { HttpSlowP95: { page: 0.1 } };
    // @ts-expect-error the alert is of another pack
    const other: ServiceThresholds = { RedisConnectionsHigh: { warning: 0.5 } };
    // @ts-expect-error there is no such alert
    expect(() => limitsOf("CatalogErrors")).toThrow("no threshold of CatalogErrors");
    expect([unknown, level, other]).toHaveLength(3);
  });
});

describe("overrides", () => {
  const series = (ratio: number) => ({
    'http_request_duration_seconds_count{job="orders",status="200"}': `0+${1000 - ratio * 1000}x60`,
    'http_request_duration_seconds_count{job="orders",status="500"}': `0+${ratio * 1000}x60`,
  });
  const groups = [httpServiceRules({ job: "orders", thresholds: { HttpHighErrorRatio: { warning: 0.01 } } })];
  const fires = (severity: "critical" | "warning", ratio: string, limit: string) => ({
    labels: { severity, service: "orders", job: "orders" },
    summary: `orders fails ${ratio} of its requests`,
    description: `Of the answers of orders in the last 5m, ${ratio} had a 5xx status; ${limit} is the limit.`,
  });

  it.each([
    ["at the limit of the level that was added", 0.01, []],
    ["above it", 0.02, [fires("warning", "2%", "1%")]],
    ["above both", 0.06, [fires("critical", "6%", "5%"), fires("warning", "6%", "1%")]],
  ])("let an alert fire at its new number, and at its own: %s", (_, ratio, expected) => {
    checkAlerts(groups, { series: series(ratio), at: "12m", alert: "HttpHighErrorRatio", fires: expected });
  });

  it("are what a graph of the deployed rules draws", () => {
    expect(limitsIn(groups, "HttpHighErrorRatio").map(({ value }) => value)).toEqual([0.05, 0.01]);
    expect(limitsIn(groups, "RedisAccessDenied")).toEqual([]);
  });

  it("leave the warning about a certificate to the page that follows it", () => {
    const hour = { CertificateExpires: { critical: 3600, warning: 7200 } };
    const cert = 'probe_ssl_earliest_cert_expiry{job="probes",probe="shop",service="shop",instance="https://shop/"}';
    const alerts = (severity: string, left: string, text: string) => [
      {
        labels: { severity, service: "shop", job: "probes", probe: "shop", instance: "https://shop/" },
        summary: `The certificate of https://shop/ ends in ${left}`,
        description: text,
      },
    ];
    const given = { series: { [cert]: "5400x200" }, alert: "CertificateExpires" };
    const failed = "Below 2 hours, what renews it has had its chances: it does not work.";
    checkAlerts([probeRules({ thresholds: hour })], {
      ...given,
      at: "10m",
      fires: alerts("warning", "1h 20m 0s", failed),
    });
    const now = "Below 60 minutes somebody must act now: browsers turn users away when it has ended.";
    checkAlerts([probeRules({ thresholds: hour })], { ...given, at: "40m", fires: alerts("critical", "50m 0s", now) });
  });
});

describe("showLimit", () => {
  it.each<[ThresholdUnit, number, string]>([
    ["ratio", 0.05, "5%"],
    ["ratio", 0.001, "0.1%"],
    ["seconds", 0.5, "0.5 s"],
    ["seconds", 600, "10 minutes"],
    ["seconds", 21_600, "6 hours"],
    ["seconds", 1_814_400, "21 days"],
    ["count", 50_000, "50000"],
    ["perSecond", 3, "3 a second"],
  ])("reads a %s of %d as %s", (unit, value, text) => {
    expect(showLimit({ unit, value })).toBe(text);
  });
});

describe("owners", () => {
  const down = (job: string) => ({ [`up{job="${job}",instance="${job}:1"}`]: "0x20" });
  const groups = [targetRules({ owners: { catalog: "films", orders: "sales", till: "sales", edge: "platform" } })];

  it.each([
    ["catalog", "films"],
    ["orders", "sales"],
    ["till", "sales"],
    ["edge", "platform"],
    ["redis", "platform"],
  ])("of %s are told of its outage: %s", (job, owner) => {
    checkAlerts(groups, {
      series: down(job),
      at: "2m",
      alert: "TargetDown",
      fires: [
        {
          labels: { severity: "critical", service: job, job, instance: `${job}:1`, owner },
          summary: `${job} does not answer`,
          description: `Prometheus reaches no instance of ${job}; ${job}:1 is one of them.`,
        },
      ],
    });
  });
});
