import type * as pulumi from "@pulumi/pulumi";
import type { LogAgent } from "../../config/log-agents.ts";
import type { LogStoreKind } from "../../config/log-stores.ts";
import type { Retention } from "../../config/retention.ts";
import type { TraceStoreKind } from "../../config/trace-stores.ts";
import type { MaintenanceWindow } from "../../signals/maintenance.ts";
import type { Arrivals } from "../../signals/proof.ts";
import type { Receiver } from "../../signals/receivers/index.ts";
import type { PaceName } from "../../signals/rule-group.ts";
import type { Observable } from "../../signals/signals.ts";
import type { StackThresholds } from "../../signals/thresholds.ts";
import type { Platform } from "../platform/platform.ts";
import type { DeclaredPolicy } from "./alert-policy.ts";
import type { SourcesElsewhere } from "./elsewhere.ts";
import type { PortalSettings } from "./portal.ts";

/** Arguments of a `MonitoringStack`. */
export interface MonitoringStackArgs {
  /** The host it runs on. */
  readonly host: Platform;
  /**
   * What the names of its parts begin with, in the program and on its hosts. A program may have several stacks: each
   * has its own, and ports of its own where they share a host.
   *
   * @default - nothing for the stack `monitoring`, else the stack's name and a dash
   */
  readonly prefix?: string;
  /** Everything that is watched on that host. */
  readonly sources: readonly Observable[];
  /** Everything that is watched on other hosts, by host. Each gets a HostAgent, which sends it here. @default [] */
  readonly elsewhere?: readonly SourcesElsewhere[];
  /** Name or IPv4 address that those hosts reach this one by. @default - required where there is an `elsewhere` */
  readonly gatewayAddress?: string;
  /** Port of this host that they send to, the only one that is opened. @default 9443 */
  readonly gatewayPort?: number;
  /**
   * Who hears of what, and what services owe: each an `AlertPolicy`, or the plain object. Where all of them tell nobody,
   * there is no Alertmanager unless there is a `watchdog`: alerts are seen in Prometheus and on the portal only.
   *
   * @default - nobody
   */
  readonly policies?: readonly DeclaredPolicy[];
  /**
   * Why nobody is meant to hear of something, by severity, and `heartbeat` for a monitoring that is silent. Where nobody
   * is told of critical alerts and no reason is given, `npm run verify` fails.
   *
   * @default {}
   */
  readonly untold?: Readonly<Record<string, string>>;
  /** Where `npm run verify` sees what a receiver got, by the receiver's name: an inbox of the same stack. @default {} */
  readonly arrivals?: Readonly<Record<string, Arrivals>>;
  /** What must run before anybody is notified: an inbox of the same stack. @default [] */
  readonly receiversDependOn?: readonly pulumi.Resource[];
  /** Secrets of the receivers, by the name of their file in `/run/secrets`. @default {} */
  readonly receiverSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Who gets the Watchdog, and raises the alarm when it stops: `receiver` of a `DeadMansSwitch`. @default - nobody */
  readonly watchdog?: Receiver;
  /**
   * Planned times in which nobody is told of some services. They are on dashboards, end by themselves, and leave the
   * Watchdog alone.
   *
   * @default []
   */
  readonly maintenance?: readonly MaintenanceWindow[];
  /** Services of each system, for policies about a system. @default {} */
  readonly systems?: Readonly<Record<string, readonly string[]>>;
  /** Port of the host for Alertmanager. @default 9093 */
  readonly alertmanagerPort?: number;
  /** Port of the host for Prometheus. @default 9090 */
  readonly prometheusPort?: number;
  /** Port of the host for Grafana. @default 3000 */
  readonly grafanaPort?: number;
  /** Port of the host for Loki. @default 3100 */
  readonly lokiPort?: number;
  /** Port of the host for VictoriaLogs' pages. @default 9428 */
  readonly victorialogsPort?: number;
  /** Port of the host for Jaeger's pages. @default 16686 */
  readonly jaegerPort?: number;
  /** Port of the host for Tempo's API. @default 3200 */
  readonly tempoPort?: number;
  /** What keeps the traces, where programs make spans. @default "jaeger" */
  readonly traceStore?: TraceStoreKind;
  /** What keeps the logs. @default - "loki" where the host can have it, else "victorialogs" */
  readonly logStore?: LogStoreKind;
  /** Whether there is a Grafana. Without one, alerts have no link to a dashboard. @default - where the host can have it */
  readonly grafana?: boolean;
  /**
   * What brings the containers' logs to their store. Promtail ended on 2026-03-02 and is for those who come from it.
   *
   * @default "collector"
   */
  readonly logAgent?: LogAgent;
  /**
   * Whether the hosts' own messages (sshd, sudo, kernel, cron, dockerd) go there, too, as `service_name="machine"`.
   * Each host needs the tasks of `logShipping` for it: without them nothing is read.
   *
   * @default false
   */
  readonly hostLogs?: boolean;
  /** The first page of the stack, and its pages besides those of the monitoring, by name. @default - there is none */
  readonly portal?: PortalSettings & { readonly pages?: Readonly<Record<string, string>> };
  /**
   * Names that people use for the hosts when they ask for pages on the loopback, besides `localhost`: of a tunnel that
   * keeps the name.
   *
   * @default []
   */
  readonly localNames?: readonly string[];
  /** Time between two scrapes. @default "15s" */
  readonly scrapeInterval?: string;
  /** How soon alerts see a change and people hear of one; `instant` needs a `scrapeInterval` of 2s. @default "steady" */
  readonly pace?: PaceName;
  /** Other numbers for the alerts of the stack; services and stores take those of their own. @default - those of the alerts */
  readonly thresholds?: StackThresholds;
  /** How long samples, logs and traces are kept, and how much disk all may take. @default { metrics: "15d", logs: "15d", traces: "2d", disk: "10GiB" } */
  readonly retention?: Retention;
  /** Refuse to delete the data volumes. @default false */
  readonly protect?: boolean;
}
