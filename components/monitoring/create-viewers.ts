import * as pulumi from "@pulumi/pulumi";
import { RESENDS } from "../../config/alertmanager.ts";
import { given } from "../../services/given.ts";
import type { DashboardFile, Observable } from "../../signals/signals.ts";
import { Door } from "../edge/door.ts";
import { Alertmanager } from "./alertmanager.ts";
import type { BlackboxExporter } from "./blackbox.ts";
import type { Stores } from "./create-stores.ts";
import { landDashboards } from "./dashboard-files.ts";
import { Grafana } from "./grafana.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type MonitoringPlan, watchedBy } from "./monitoring-plan.ts";
import { Prometheus, prometheusAddress } from "./prometheus.ts";

/** Makes what tells people, where anybody is to be told. */
export function createAlertmanager(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  parent: pulumi.Resource,
): Alertmanager | undefined {
  const { names, parts, policies, paceName, thresholds, services } = plan;
  if (!parts.alertmanager) return undefined;
  return new Alertmanager(
    names.alertmanager,
    {
      ...{ host: args.host, policies, pace: paceName, thresholds, services },
      uses: watchedBy(args).flatMap(({ signals }) => signals.uses ?? []),
      ...given({
        systems: args.systems,
        watchdog: args.watchdog,
        maintenance: args.maintenance,
        dependsOn: args.receiversDependOn,
        secrets: args.receiverSecrets,
        port: args.alertmanagerPort,
      }),
    },
    { parent },
  );
}

/** What the viewers look at. */
export interface Seen {
  /** All that is watched and made before them, in the order of its jobs. */
  readonly watched: readonly Observable[];
  /** What keeps logs and traces. */
  readonly stores: Stores;
  /** What asks from outside. */
  readonly blackbox: BlackboxExporter;
  /** Who is sent the alerts. */
  readonly alertmanager: Alertmanager | undefined;
  /** The dashboards, the first page first. */
  readonly dashboards: readonly DashboardFile[];
}

/** What shows what is seen. */
export interface Viewers {
  /** What asks all targets, and evaluates all rules. */
  readonly prometheus: Prometheus;
  /** What shows dashboards, where there is one. */
  readonly grafana: Grafana | undefined;
  /** Where the dashboards are on the host. */
  readonly dashboardsDirectory: string;
}

/** Makes what shows: Grafana or the files for one, and Prometheus, which looks at Grafana too. */
export function createViewers(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  seen: Seen,
  parent: pulumi.Resource,
): Viewers {
  const { host } = args;
  const grafana = plan.parts.grafana ? createGrafana(plan, args, seen, parent) : undefined;
  const dashboardsDirectory =
    grafana?.dashboardsDirectory ?? landDashboards(plan.names.dashboards, host, seen.dashboards, parent);
  return { prometheus: createPrometheus(plan, args, seen, grafana, parent), grafana, dashboardsDirectory };
}

function createGrafana(plan: MonitoringPlan, args: MonitoringStackArgs, seen: Seen, parent: pulumi.Resource): Grafana {
  const { names, own, pace, thresholds } = plan;
  const { host } = args;
  const { logs, traces } = seen.stores;
  return new Grafana(
    names.grafana,
    {
      ...{ host, pace, thresholds, dashboards: seen.dashboards },
      prometheus: prometheusAddress(host, names.prometheus),
      prometheusPassword: host.scrapePassword().password,
      [logs.kind]: logs.address,
      ...(traces === undefined ? {} : { [traces.kind]: traces.address }),
      ...given({ own: own.grafana }),
      ...given({ port: args.grafanaPort, scrapeInterval: args.scrapeInterval, protect: args.protect }),
    },
    { parent },
  );
}

function createPrometheus(
  plan: MonitoringPlan,
  args: MonitoringStackArgs,
  { watched, blackbox, alertmanager }: Seen,
  grafana: Grafana | undefined,
  parent: pulumi.Resource,
): Prometheus {
  const { names, own, parts, pace, paceName, thresholds, standard, retention, used } = plan;
  const all = [...watched, ...(grafana === undefined ? [] : [grafana])];
  return new Prometheus(
    names.prometheus,
    {
      ...{ host: args.host, pace, thresholds, used, ...retention.metrics },
      own: own.prometheus,
      signals: [standard, ...all.map(({ signals }) => signals)],
      dependsOn: all.filter((source) => pulumi.Resource.isInstance(source)),
      blackbox: blackbox.address,
      grafanaUrl: grafana?.pagesUrl ?? false,
      receives: parts.gateway,
      alertmanagers: alertmanager?.addresses ?? [],
      resendAlerts: RESENDS[paceName],
      externalLabels: { stack: pulumi.getStack() },
      ...given({
        port: args.prometheusPort,
        scrapeInterval: args.scrapeInterval,
        evaluationInterval: pace.evaluation,
        protect: args.protect,
      }),
    },
    { parent },
  );
}

/** Makes the doors that lead to the pages of its hosts: last, since what has a page is declared before its door. */
export function createDoors(plan: MonitoringPlan, args: MonitoringStackArgs, parent: pulumi.Resource): void {
  const names = given({ names: args.localNames });
  for (const { name, host } of doorsOf(plan, args)) new Door(name, { host, ...names }, { parent });
}

/** The doors that a stack will make, and their hosts. */
export function doorsOf({ names, prefix }: MonitoringPlan, { host, elsewhere = [] }: MonitoringStackArgs) {
  return [
    { name: names.door, host },
    ...elsewhere.map((each) => ({ name: `${prefix}${each.host.name}-door`, host: each.host })),
  ];
}
