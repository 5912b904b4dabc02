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
export type { CallBreaker, CallConcurrency, CallOutliers, CallRetries, CallSpec } from "../services/call.ts";
export type { CallAuth } from "../services/call-auth.ts";
export type { Flow } from "../services/flow.ts";
export type { PhpApplication } from "../services/php.ts";
// How a service is declared.
export { httpProbe } from "../services/probe.ts";
export type { BlueGreen, Canary, Candidate, Rollout, Version } from "../services/rollout.ts";
export { defineService, type Service, type ServiceSpec } from "../services/service.ts";
export type { Duration, Rate, Size } from "../services/units.ts";
export {
  type AlertPolicySpec,
  type Grouping,
  notifyOf,
  type Receiver,
  type Recipient,
} from "../signals/alert-policy.ts";
export type { MaintenanceWindow } from "../signals/maintenance.ts";
export type { Day, MuteTiming } from "../signals/mute-timing.ts";
export type { Arrivals, Proof } from "../signals/proof.ts";
export { PACES, type Pace, type PaceName } from "../signals/rule-group.ts";
export type { DashboardFile, DashboardSource, Observable, ScrapeJob, Signals, Watched } from "../signals/signals.ts";
export type { LatencyObjective, MeasuredAt, Objective } from "../signals/slo/objective.ts";
export type { Overrides } from "../signals/threshold.ts";
export { limitsOf, type ServiceThresholds, type StackThresholds, type Thresholds } from "../signals/thresholds.ts";
export { LocalDockerHost, type LocalDockerHostArgs } from "./docker/local-docker-host.ts";
export { SocketProxy, type SocketProxyArgs } from "./docker/socket-proxy.ts";
export { SshHost, type SshHostArgs } from "./docker/ssh-host.ts";
// What leads to its pages.
export { Door, type DoorArgs } from "./edge/door.ts";
export { Traefik, type TraefikArgs } from "./edge/traefik.ts";
export { HostSetup, type HostSetupArgs } from "./hosts/host-setup.ts";
export { type SetupTarget, thisMachine } from "./hosts/setup-target.ts";
export type { SshServer } from "./hosts/ssh-access.ts";
export type { SshConnectionArgs } from "./hosts/ssh-connection.ts";
export { sshTarget } from "./hosts/ssh-target.ts";
// What watches.
export { AlertPolicy, type AlertPolicyArgs, type DeclaredPolicy } from "./monitoring/alert-policy.ts";
export { Alertmanager, type AlertmanagerArgs } from "./monitoring/alertmanager.ts";
export { BlackboxExporter, type BlackboxExporterArgs } from "./monitoring/blackbox.ts";
export { Collector, type CollectorArgs } from "./monitoring/collector.ts";
export { ContainerMetrics, type ContainerMetricsArgs } from "./monitoring/container-metrics.ts";
export { DeadMansSwitch, type DeadMansSwitchArgs } from "./monitoring/dead-mans-switch.ts";
// What connects two hosts.
export type { SourcesElsewhere } from "./monitoring/elsewhere.ts";
export { Gateway, type GatewayArgs, type Link } from "./monitoring/gateway.ts";
// What shows it.
export { Grafana, type GrafanaArgs } from "./monitoring/grafana.ts";
export { HostAgent, type HostAgentArgs } from "./monitoring/host-agent.ts";
export { HostMetrics, type HostMetricsArgs } from "./monitoring/host-metrics.ts";
export { Inbox, type InboxArgs } from "./monitoring/inbox.ts";
export { Jaeger, type JaegerArgs } from "./monitoring/jaeger.ts";
export type { LogStore } from "./monitoring/log-store.ts";
export { Loki, type LokiArgs } from "./monitoring/loki.ts";
export type { MonitoringStackArgs } from "./monitoring/monitoring-args.ts";
export { MonitoringStack } from "./monitoring/monitoring-stack.ts";
export { Portal, type PortalArgs, type PortalSettings } from "./monitoring/portal.ts";
export { Prometheus, type PrometheusArgs } from "./monitoring/prometheus.ts";
export { Promtail, type PromtailArgs } from "./monitoring/promtail.ts";
export { Tempo, type TempoArgs } from "./monitoring/tempo.ts";
export { VictoriaLogs, type VictoriaLogsArgs } from "./monitoring/victorialogs.ts";
// What takes requests, runs, and stores.
export type { Connection, Dependency } from "./platform/dependency.ts";
export type { Edge } from "./platform/edge.ts";
// Hosts.
export type { FilesArgs } from "./platform/files.ts";
export type { Image } from "./platform/image.ts";
export type { Data, Mount, Scratch, SecretFiles } from "./platform/mounts.ts";
export type { NetworkRole } from "./platform/network-roles.ts";
export type { OnceArgs, OnceStep } from "./platform/once.ts";
export { type Dial, Paths } from "./platform/paths.ts";
export type { Platform, Platform as Host } from "./platform/platform.ts";
export type { Probe, PublishedPort, Running, Workload } from "./platform/workload.ts";
export type { AnswersArgs } from "./services/answers.ts";
export { ServiceCall } from "./services/call.ts";
export { CallKeys, type CallKeysArgs } from "./services/call-keys.ts";
export {
  InstrumentedService,
  type InstrumentedServiceArgs,
} from "./services/instrumented-service.ts";
export { PhpFpm, type PhpFpmArgs } from "./services/php-fpm.ts";
export { PhpMyAdmin, type PhpMyAdminArgs } from "./services/php-my-admin.ts";
export { PhpSite, type PhpSiteArgs } from "./services/php-site.ts";
export { StaticSite, type StaticSiteArgs } from "./services/static-site.ts";
export { WordPress, type WordPressArgs } from "./services/wordpress.ts";
export { hostFromSettings, monitoringHostFromSettings } from "./settings/host-from-settings.ts";
export { readSettings, receiverSecrets } from "./settings/settings.ts";
export { switchFromSettings } from "./settings/switch-from-settings.ts";
// What keeps it. Every kind of store is `vigie/stores/<kind>`, too: `import { Memcached } from "vigie/stores/memcached"`.
export { asUsers } from "./stores/as-users.ts";
export { type Backed, backupsOf, volumeBackup } from "./stores/backup.ts";
export { Mysql, type MysqlArgs, type MysqlServer } from "./stores/mysql.ts";
export { Postgres, type PostgresArgs } from "./stores/postgres.ts";
export { Redis, type RedisArgs } from "./stores/redis.ts";
