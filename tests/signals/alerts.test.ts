import { describe, expect, it } from "vitest";
import { DASHBOARDS } from "../../signals/alert-dashboards.ts";
import { dashboardUrl, serviceDashboardUid } from "../../signals/dashboard-link.ts";
import { type AlertingRule, isAlertingRule } from "../../signals/rule-group.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { stackDashboards, stackRules } from "../dashboards/stack.ts";
import { allPacks } from "./packs.ts";
import { policyWith } from "./slo/policies.ts";

const objective = { availability: 99, latency: { quantile: 0.95, under: "1s" }, expectedRate: "5/s" } as const;
const groups = [...Object.values(allPacks()), ...sloRules([policyWith(objective)])];
const rules = groups.flatMap((group) => group.rules.filter(isAlertingRule));

/** Alerts that are a matter of yes or no: their value is 0 or 1, and says nothing. */
const WITHOUT_NUMBER = [
  "AlertmanagerReloadFailing",
  "BlackboxReloadFailing",
  "HeartbeatMailFailing",
  "HeartbeatMissing",
  "HostAgentSilent",
  "HostCheckFailing",
  "MemcachedDown",
  "MysqlDown",
  "MysqlStatisticsFailing",
  "NginxDown",
  "PhpFpmDown",
  "PostgresDown",
  "PostgresStatisticsFailing",
  "ProbeFailed",
  "PrometheusReloadFailing",
  "RedisDown",
  "RedisPersistenceFailing",
  "ServiceCallBreakerOpen",
  "ServiceCallReplicaEjected",
  "SloMetricMissing",
  "TargetDown",
  "TraefikServerDown",
  "TraefikServiceDown",
  "VictoriaLogsReadOnly",
  "Watchdog",
];

/** A number with its unit: a share, a time, or a count of something. */
const NUMBER_WITH_UNIT = /\{\{ \$value \| humanize(Percentage|Duration) \}\}|\{\{ \$value[^}]*\}\} [a-z]+/;

describe("every alert", () => {
  it("says its number and the unit in its summary, but for those that have none", () => {
    const without = rules.filter(({ summary }) => !NUMBER_WITH_UNIT.test(summary)).map(({ alert }) => alert);
    expect([...new Set(without)].sort()).toEqual(WITHOUT_NUMBER);
    expect(rules.filter(({ alert, summary }) => WITHOUT_NUMBER.includes(alert) && summary.includes("$value"))).toEqual(
      [],
    );
  });

  it("has nothing but the Watchdog without a kind", () => {
    expect(rules.filter(({ kind }) => kind === "none").map(({ alert }) => alert)).toEqual(["Watchdog"]);
  });

  it("points to a dashboard that is deployed, and to variables that it has", () => {
    const variables = new Map(stackDashboards().map(({ uid, json }) => [uid, variablesOf(json)]));
    const links = stackRules().flatMap((group) => group.rules.filter(isAlertingRule).map(({ dashboard }) => dashboard));
    expect(links.filter(({ uid }) => !variables.has(uid))).toEqual([]);
    for (const { uid, variables: chosen = {} } of links) {
      expect(variables.get(uid)).toEqual(expect.arrayContaining(Object.keys(chosen)));
    }
  });

  it("may point to those dashboards and variables only that there are", () => {
    const deployed = stackDashboards();
    for (const [uid, variables] of Object.entries(DASHBOARDS)) {
      const dashboard = deployed.find((candidate) => candidate.uid === uid);
      expect(variablesOf(dashboard?.json ?? "{}"), uid).toEqual(expect.arrayContaining([...variables]));
    }
  });

  it("has a page of each service, whose address Grafana takes however long the name is", () => {
    const long = serviceDashboardUid("a".repeat(40));
    expect(long).toMatch(/^service-a+-[0-9a-f]{8}$/);
    expect(long).toHaveLength(40);
    expect(long).not.toBe(serviceDashboardUid(`${"a".repeat(39)}b`));
    expect(dashboardUrl({ uid: serviceDashboardUid("orders") }, "https://grafana.example/")).toBe(
      "https://grafana.example/d/service-orders?from=now-1h&to=now",
    );
  });

  it("compiles only with its owner, its kind, its drill, its dashboard and a variable of that", () => {
    const whole: AlertingRule = {
      alert: "OrdersLost",
      expr: "orders_lost > 0",
      for: "1m",
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: "orders" } } },
      owner: "sales",
      dashboard: { uid: "host", variables: { instance: "{{ $labels.instance }}" } },
      summary: "{{ $value }} orders are lost",
      description: "Money is lost with them.",
    };
    const { owner, kind, dashboard, drill, ...rest } = whole;
    // @ts-expect-error an owner is missing
    const noOwner: AlertingRule = { ...rest, kind, dashboard, drill };
    // @ts-expect-error a kind is missing
    const noKind: AlertingRule = { ...rest, owner, dashboard, drill };
    // @ts-expect-error a dashboard is missing
    const noDashboard: AlertingRule = { ...rest, owner, kind, drill };
    // @ts-expect-error there is no such dashboard
    const unknown: AlertingRule = { ...whole, dashboard: { uid: "shop" } };
    // @ts-expect-error the dashboard of a host has no variable "job"
    const wrong: AlertingRule = { ...whole, dashboard: { uid: "host", variables: { job: "x" } } };
    // @ts-expect-error neither a fault nor a reason why there is none
    const noDrill: AlertingRule = { ...rest, owner, kind, dashboard };
    // @ts-expect-error there is no such fault
    const noFault: AlertingRule = { ...whole, drill: { fault: { kind: "flood" } } };
    expect([noOwner, noKind, noDashboard, unknown, wrong, noDrill, noFault]).toHaveLength(7);
  });
});

function variablesOf(json: string): string[] {
  const { templating } = JSON.parse(json) as { templating: { list?: { name: string }[] } };
  return (templating.list ?? []).map(({ name }) => name);
}
