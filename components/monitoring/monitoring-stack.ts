import * as pulumi from "@pulumi/pulumi";
import { given } from "../../services/given.ts";
import type { PortalDescription } from "../../services/monitoring/portal-description.ts";
import type { DrillPlan } from "../../signals/drill-plan.ts";
import type { Proof } from "../../signals/proof.ts";
import type { DashboardFile, Observable } from "../../signals/signals.ts";
import { drillsOf, proofOf } from "../platform/proof.ts";
import type { Alertmanager } from "./alertmanager.ts";
import { type Agents, createAgents } from "./create-agents.ts";
import { createStores, type Stores } from "./create-stores.ts";
import { createAlertmanager, createDoors, createViewers, doorsOf } from "./create-viewers.ts";
import { descriptionOf, proofArgsOf } from "./describe-stack.ts";
import type { Grafana } from "./grafana.ts";
import type { LogStore } from "./log-store.ts";
import type { MonitoringStackArgs } from "./monitoring-args.ts";
import { type MonitoringPlan, planDashboards, planMonitoring } from "./monitoring-plan.ts";
import { Portal } from "./portal.ts";
import type { Prometheus } from "./prometheus.ts";
import type { TraceStore } from "./trace-store.ts";

/**
 * The observability plane: all that watches the sources.
 *
 * It takes whatever is {@link Observable} and knows no kinds.
 *
 * What runs on other hosts sends its metrics and logs here over TLS, through the one port that is opened for it.
 *
 * @throws pulumi.InputPropertiesError when two sources have a job of one name, a port is taken, there is no such log
 * agent or log store, the host can't have what is asked for, the pace asks for more frequent scrapes, what is kept is more
 * than the disk holds, an objective cannot be measured, a threshold makes no sense, or other hosts are not told where this
 * one is
 * @example
 * ```ts
 * const monitoring = new MonitoringStack("monitoring", { host, sources: [edge, postgres, catalog] });
 * export const urls = monitoring.urls;
 * ```
 */
export class MonitoringStack extends pulumi.ComponentResource {
  /** What asks all targets, and evaluates all rules. */
  readonly prometheus: Prometheus;
  /** The Alertmanagers, where anybody is to be notified. */
  readonly alertmanager: Alertmanager | undefined;
  /** Where the dashboards are, where there is a Grafana. */
  readonly grafana: Grafana | undefined;
  /** Where the logs are. */
  readonly logStore: LogStore;
  /** Where the traces are, where programs make spans. */
  readonly traceStore: TraceStore | undefined;
  /** The first page of the stack, where there is one. */
  readonly portal: Portal | undefined;
  /** What the portal is told: services, queries, alerts, the graph. No secret is in it. */
  readonly description: PortalDescription;
  /** The dashboards, the first page first: also where there is no Grafana that shows them. */
  readonly dashboards: readonly DashboardFile[];
  /** Where they are on the host, as files in folders: a Grafana of your own takes them as they are. */
  readonly dashboardsDirectory: string;
  /** URLs of its pages, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** What `npm run verify` has to know to prove that all of it works. No secret is in it. */
  readonly proof: Proof;
  /** How `npm run drill` tries each alert: an output of the stack, beside the proof. */
  readonly drills: DrillPlan;

  constructor(name: string, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vigie:index:MonitoringStack", name, {}, opts);
    const plan = planMonitoring(name, args);
    for (const { name: door, host } of doorsOf(plan, args)) host.awaitDoor(door);
    const alertmanager = createAlertmanager(plan, args, this);
    const stores = createStores(plan, args, this);
    const agents = createAgents(plan, args, stores, this);
    const watched = watchedOf(plan, args, { alertmanager, stores, agents });
    const dashboards = planDashboards(plan, watched);
    const seen = { watched, stores, blackbox: agents.blackbox, alertmanager, dashboards };
    const viewers = createViewers(plan, args, seen, this);
    const { prometheus, grafana } = viewers;
    const all = [...watched, ...(grafana === undefined ? [] : [grafana]), prometheus];
    const made = { ...stores, ...viewers, alertmanager, watched: all };
    const proofArgs = proofArgsOf(plan, args, made);
    this.prometheus = prometheus;
    this.alertmanager = alertmanager;
    this.grafana = grafana;
    this.logStore = stores.logs;
    this.traceStore = stores.traces;
    this.dashboards = dashboards;
    this.dashboardsDirectory = viewers.dashboardsDirectory;
    this.proof = proofOf(proofArgs);
    this.drills = drillsOf(proofArgs);
    this.description = descriptionOf(plan, args, { ...made, ...proofArgs, dashboards, stack: this.proof.stack });
    this.portal = this.#createPortal(plan, args);
    createDoors(plan, args, this);
    this.urls = { ...given({ portal: this.portal?.url }), ...proofArgs.urls };
    this.registerOutputs({ urls: this.urls });
  }

  #createPortal({ names }: MonitoringPlan, { host, portal }: MonitoringStackArgs): Portal | undefined {
    if (portal === undefined) return undefined;
    const settings = given({ port: portal.port, silences: portal.silences });
    const shown = { description: this.description, dependsOn: [this.prometheus] };
    return new Portal(names.portal, { host, ...shown, ...settings }, { parent: this });
  }
}

/** All that is watched and made before its dashboards are, in the order in which Prometheus gets its jobs. */
function watchedOf(
  { own }: MonitoringPlan,
  { sources }: MonitoringStackArgs,
  made: { readonly alertmanager: Alertmanager | undefined; readonly stores: Stores; readonly agents: Agents },
): readonly Observable[] {
  const { alertmanager, stores, agents } = made;
  return [
    ...(alertmanager === undefined ? [] : [alertmanager]),
    ...(own.portal === undefined ? [] : [{ signals: own.portal }]),
    stores.logs,
    agents.blackbox,
    agents.logAgent,
    ...(stores.traces === undefined ? [] : [stores.traces]),
    ...agents.host,
    ...sources,
    ...agents.elsewhere,
  ];
}
