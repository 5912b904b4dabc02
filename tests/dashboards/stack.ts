/** A stack with one of everything, and its dashboards as Grafana gets them. */

import { containersDashboard } from "../../dashboards/containers.ts";
import { hostDashboard } from "../../dashboards/host.ts";
import { dashboardsOf } from "../../dashboards/index.ts";
import { logsDashboard } from "../../dashboards/logs.ts";
import { nginxDashboard } from "../../dashboards/nginx.ts";
import { phpFpmDashboard } from "../../dashboards/php-fpm.ts";
import { serviceDashboard } from "../../dashboards/service.ts";
import { serviceMap } from "../../dashboards/service-map.ts";
import { sloDashboard } from "../../dashboards/slo.ts";
import { tracesDashboards } from "../../dashboards/traces.ts";
import { traefikDashboard } from "../../dashboards/traefik.ts";
import type { LogStoreKind } from "../../signals/log-stores.ts";
import { maintenanceRules } from "../../signals/maintenance-series.ts";
import { PACES, type Pace, type RuleGroup } from "../../signals/rule-group.ts";
import type { DashboardFile, DashboardSource, Signals } from "../../signals/signals.ts";
import type { Objective } from "../../signals/slo/objective.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { STORES } from "../../signals/stores/index.ts";
import { allPacks } from "../signals/packs.ts";
import { policyWith } from "../signals/slo/policies.ts";

/** A query of a panel or of an annotation. */
export interface Target {
  readonly refId: string;
  /** Left out in a search for traces. */
  readonly expr: string;
  readonly legendFormat?: string;
  readonly datasource: { readonly uid: string; readonly type: string };
}

/** A panel, or a row, as Grafana reads it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string; readonly type: string };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
      readonly custom?: { readonly thresholdsStyle?: { readonly mode: string }; readonly axisSoftMax?: number };
      readonly links?: readonly { readonly url: string }[];
    };
  };
  readonly options: { readonly legend?: { readonly showLegend: boolean } };
  readonly targets: readonly Target[];
}

/** A choice above a dashboard. */
export interface Variable {
  readonly type: string;
  readonly name: string;
  readonly label: string;
  /** What Prometheus or Loki is asked; an object is what a plugin takes. */
  readonly query: string | { readonly type: string; readonly field: string };
  readonly refresh?: number;
  readonly datasource?: { readonly uid: string };
}

/** A dashboard as Grafana reads it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly editable: boolean;
  readonly panels: readonly Panel[];
  readonly links: readonly { readonly title: string; readonly url?: string; readonly keepTime: boolean }[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string; readonly datasource: { uid: string } }[];
  };
}

/** What the service of the stack owes its users. */
export const OBJECTIVE: Objective = {
  availability: 99,
  latency: { quantile: 0.95, under: "1s" },
  expectedRate: "5/s",
};

/** The page of each kind of store: a file and a function of its name. */
const storeParts = await Promise.all(
  STORES.map(async ({ name }) => {
    const page = (await import(`../../dashboards/${name}.ts`)) as Readonly<Record<string, DashboardSource>>;
    const dashboard = page[`${name}Dashboard`];
    if (dashboard === undefined) throw new Error(`dashboards/${name}.ts has no ${name}Dashboard`);
    return [`${name}.ts`, name, dashboard] as const;
  }),
);

/** The jobs of the stack: pack of rules to job and dashboard. */
const partsWith = (
  logStore: LogStoreKind,
): readonly (readonly [pack: string, job: string, dashboard?: DashboardSource])[] => [
  ["http-service.ts", "orders", serviceDashboard({ service: "orders", uses: ["postgres", "redis"] })],
  ["host-checks.ts", "orders"],
  ["service-calls.ts", "orders"],
  ...storeParts,
  ["nginx.ts", "frontend", nginxDashboard],
  ["php-fpm.ts", "blog-php", phpFpmDashboard],
  ["traefik.ts", "edge", traefikDashboard],
  ["host.ts", "node", hostDashboard],
  ["containers.ts", "containers", containersDashboard],
  [`${logStore}.ts`, logStore, logsDashboard],
  ["prometheus.ts", "prometheus"],
  ["alertmanager.ts", "alertmanager"],
  ["collector.ts", "collector"],
  ["grafana.ts", "grafana"],
  ["blackbox.ts", "blackbox"],
  ["probes.ts", "probes"],
  ["alerting.ts", "alerting"],
  ["logs.ts", "logs"],
  ["traces.ts", "traces", tracesDashboards.jaeger],
  ["targets.ts", "targets"],
];

/** All that is watched in the stack. */
export function stackSignals(pace: Pace = PACES.steady, logStore: LogStoreKind = "loki"): readonly Signals[] {
  const parts = partsWith(logStore).map(([pack, job, dashboard]): Signals => {
    const group = allPacks(pace, job)[pack];
    if (group === undefined) throw new Error(`there is no pack ${pack}`);
    return { scrapeJobs: [], ruleGroups: [group], dashboards: dashboard === undefined ? [] : [dashboard] };
  });
  const probes = [
    { name: "orders", url: "http://edge:8000/api/orders" },
    { name: "shop", url: "https://shop.example/" },
  ];
  const window = { from: "2026-12-01T00:00Z", to: "2026-12-01T01:00Z", why: "disks" };
  const objectives = [
    ...sloRules([policyWith(OBJECTIVE, ["orders"])], pace),
    ...maintenanceRules([{ services: ["orders"], ...window }]),
  ];
  const calls = [
    { from: "edge", to: "orders" },
    { from: "orders", to: "postgres" },
  ];
  const traced = { traced: ["edge", "orders"], calls };
  return [
    ...parts,
    { scrapeJobs: [], ruleGroups: objectives, probes, dashboards: [sloDashboard, serviceMap], ...traced },
  ];
}

/** The rules of the stack. */
export function stackRules(pace: Pace = PACES.steady, logStore: LogStoreKind = "loki"): readonly RuleGroup[] {
  return stackSignals(pace, logStore).flatMap(({ ruleGroups = [] }) => ruleGroups);
}

/** The files of the stack's dashboards. */
export function stackDashboards(pace: Pace = PACES.steady, logStore: LogStoreKind = "loki"): readonly DashboardFile[] {
  return dashboardsOf(stackSignals(pace, logStore), {
    pace,
    logStore,
    objectives: { orders: OBJECTIVE, frontend: OBJECTIVE },
  });
}

/** A dashboard's file as Grafana reads it. */
export function parseDashboard({ json }: DashboardFile): Dashboard {
  return JSON.parse(json);
}

/** The panels of a dashboard that ask something; rows are titles only. */
export function panelsOf({ panels }: Pick<Dashboard, "panels">): readonly Panel[] {
  return panels.filter(({ type }) => type !== "row");
}
