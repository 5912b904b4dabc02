/**
 * The door of the library: what other programs import from `vigie`.
 *
 * @module
 */

export type { EdgeCallers } from "../config/edge-callers.ts";
export { EDGE_LIMITS, type EdgeLimits } from "../config/edge-limits.ts";
// How long what is seen is kept.
export type { Retention } from "../config/retention.ts";
// What is shown.
export { dashboardsOf } from "../dashboards/index.ts";
// What is done on a host. The kinds of tasks are `vigie/tasks/<kind>`: `import { file } from "vigie/tasks/file"`.
export { reload, restart, runAtEnd } from "../hosts/handlers.ts";
export { type DockerHostTasksArgs, dockerHostTasks } from "../hosts/lists/docker-host.ts";
export { type FirewalledArgs, firewalled } from "../hosts/lists/firewalled.ts";
export { type HardenedBaseArgs, hardenedBase } from "../hosts/lists/hardened-base.ts";
export { logShipping } from "../hosts/lists/log-shipping.ts";
export { type NodeExporterArgs, nodeExporter } from "../hosts/lists/node-exporter.ts";
export { type TimeSyncArgs, timeSync } from "../hosts/lists/time-sync.ts";
export { type UnattendedUpgradesArgs, unattendedUpgrades } from "../hosts/lists/unattended-upgrades.ts";
export type { Handler, Task } from "../hosts/task.ts";
export type { Flow } from "../services/flow.ts";
export type { PhpApplication } from "../services/php.ts";
// How a service is declared.
export { httpProbe } from "../services/probe.ts";
export { defineService, type Service, type ServiceSpec } from "../services/service.ts";
export type { Duration, Rate, Size } from "../services/units.ts";
export { type AlertPolicy, type Grouping, notifyOf, type Receiver, type Recipient } from "../signals/alert-policy.ts";
export type { MaintenanceWindow } from "../signals/maintenance.ts";
export type { Day, MuteTiming } from "../signals/mute-timing.ts";
export type { Arrivals, Proof } from "../signals/proof.ts";
export { PACES, type Pace, type PaceName } from "../signals/rule-group.ts";
export type { DashboardFile, DashboardSource, Observable, ScrapeJob, Signals, Watched } from "../signals/signals.ts";
export type { LatencyObjective, MeasuredAt, Objective } from "../signals/slo/objective.ts";
export type { Overrides } from "../signals/threshold.ts";
export { limitsOf, type ServiceThresholds, type StackThresholds, type Thresholds } from "../signals/thresholds.ts";
// What watches.
export { Alertmanager, type AlertmanagerArgs } from "./alertmanager.ts";
// What keeps it.
export { type Backed, backupsOf, volumeBackup } from "./backup.ts";
export { BlackboxExporter, type BlackboxExporterArgs } from "./blackbox.ts";
export { Collector, type CollectorArgs } from "./collector.ts";
export { ContainerMetrics, type ContainerMetricsArgs } from "./container-metrics.ts";
export { DeadMansSwitch, type DeadMansSwitchArgs } from "./dead-mans-switch.ts";
// What takes requests, runs, and stores.
export type { Connection, Dependency } from "./dependency.ts";
// What leads to its pages.
export { Door, type DoorArgs } from "./door.ts";
export type { Edge } from "./edge.ts";
// What connects two hosts.
export type { SourcesElsewhere } from "./elsewhere.ts";
export { Gateway, type GatewayArgs, type Link } from "./gateway.ts";
// What shows it.
export { Grafana, type GrafanaArgs } from "./grafana.ts";
// Hosts.
export type { Host, NetworkRole } from "./host.ts";
export { HostAgent, type HostAgentArgs } from "./host-agent.ts";
export { hostFromSettings, monitoringHostFromSettings } from "./host-from-settings.ts";
export { HostMetrics, type HostMetricsArgs } from "./host-metrics.ts";
export { HostSetup, type HostSetupArgs } from "./host-setup.ts";
export { Inbox, type InboxArgs } from "./inbox.ts";
export { InstrumentedService, type InstrumentedServiceArgs } from "./instrumented-service.ts";
export { Jaeger, type JaegerArgs } from "./jaeger.ts";
export { LocalDockerHost, type LocalDockerHostArgs } from "./local-docker-host.ts";
export type { LogStore } from "./log-store.ts";
export { Loki, type LokiArgs } from "./loki.ts";
export type { MonitoringStackArgs } from "./monitoring-args.ts";
export { MonitoringStack } from "./monitoring-stack.ts";
export { Mysql, type MysqlArgs, type MysqlServer } from "./mysql.ts";
export { type Dial, Paths } from "./paths.ts";
export { PhpFpm, type PhpFpmArgs } from "./php-fpm.ts";
export { PhpMyAdmin, type PhpMyAdminArgs } from "./php-my-admin.ts";
export { PhpSite, type PhpSiteArgs } from "./php-site.ts";
export { Portal, type PortalArgs, type PortalSettings } from "./portal.ts";
export { Postgres, type PostgresArgs } from "./postgres.ts";
export { Prometheus, type PrometheusArgs } from "./prometheus.ts";
export { Promtail, type PromtailArgs } from "./promtail.ts";
export { Redis, type RedisArgs } from "./redis.ts";
export { readSettings, receiverSecrets } from "./settings.ts";
export { type SetupTarget, thisMachine } from "./setup-target.ts";
export { SocketProxy, type SocketProxyArgs } from "./socket-proxy.ts";
export type { SshServer } from "./ssh-access.ts";
export type { SshConnectionArgs } from "./ssh-connection.ts";
export { SshHost, type SshHostArgs } from "./ssh-host.ts";
export { sshTarget } from "./ssh-target.ts";
export { StaticSite, type StaticSiteArgs } from "./static-site.ts";
export { switchFromSettings } from "./switch-from-settings.ts";
export { Tempo, type TempoArgs } from "./tempo.ts";
export { Traefik, type TraefikArgs } from "./traefik.ts";
export { VictoriaLogs, type VictoriaLogsArgs } from "./victorialogs.ts";
export { WordPress, type WordPressArgs } from "./wordpress.ts";
