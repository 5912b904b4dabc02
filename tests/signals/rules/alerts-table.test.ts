import { describe, expect, it } from "vitest";
import { isAlertingRule } from "../../../signals/rule-group.ts";
import { allPacks } from "../packs.ts";

/**
 * What every alert is at the steady pace, written down: how urgent, what it is about, how long its condition must hold,
 * and how long it goes on firing. The tests of each pack take the kind from the rule, and few wait for the first moment:
 * who changes one of these changes who is woken, when, and what mutes what.
 */
const ALERTS = {
  "alerting.ts": [
    ["NotificationsFailing", "critical", "cause", "1m", "0s"],
    ["AlertsNotSent", "warning", "cause", "5m", "0s"],
    ["RuleEvaluationFailing", "critical", "cause", "5m", "0s"],
  ],
  "alertmanager.ts": [
    ["AlertmanagerReloadFailing", "critical", "cause", "1m", "0s"],
    ["AlertmanagerConfigsDiffer", "warning", "cause", "5m", "0s"],
    ["AlertmanagerPeerMissing", "warning", "cause", "5m", "5m"],
    ["NotificationsSlow", "warning", "cause", "5m", "5m"],
    ["AlertsInvalid", "warning", "cause", "0s", "0s"],
    ["AlertmanagerStateNotSaved", "warning", "cause", "0s", "0s"],
  ],
  "blackbox.ts": [
    ["BlackboxReloadFailing", "warning", "cause", "1m", "0s"],
    ["BlackboxUnknownModule", "warning", "cause", "5m", "0s"],
  ],
  "call-auth.ts": [
    ["CallsRefused", "warning", "cause", "5m", "0s"],
    ["CallCertificateExpires", "critical", "cause", "5m", "0s"],
    ["CallCertificateExpires", "warning", "cause", "5m", "0s"],
  ],
  "collector.ts": [
    ["CollectorDropsLogs", "critical", "cause", "0s", "0s"],
    ["CollectorRefusesLogs", "warning", "cause", "5m", "5m"],
    ["CollectorReadsNothing", "warning", "cause", "15m", "0s"],
  ],
  "containers.ts": [
    ["ContainerRestarting", "warning", "cause", "1m", "0s"],
    ["ContainerKilledForMemory", "warning", "cause", "0s", "0s"],
    ["ContainerMemoryHigh", "warning", "cause", "5m", "0s"],
    ["ContainerProcessesHigh", "warning", "cause", "5m", "0s"],
    ["ContainerCpuThrottled", "info", "cause", "5m", "0s"],
  ],
  "dead-mans-switch.ts": [
    ["HeartbeatMissing", "critical", "cause", "1m", "0s"],
    ["HeartbeatMailFailing", "warning", "cause", "5m", "0s"],
  ],
  "grafana.ts": [
    ["GrafanaRequestsFailing", "warning", "symptom", "5m", "5m"],
    ["GrafanaSlowP95", "warning", "symptom", "5m", "5m"],
    ["GrafanaSignInsFailing", "warning", "cause", "0s", "0s"],
  ],
  "host-agent.ts": [
    ["HostAgentSilent", "critical", "outage", "1m", "0s"],
    ["HostAgentLosesSamples", "warning", "cause", "0s", "0s"],
    ["PrometheusReloadFailing", "critical", "cause", "1m", "0s"],
  ],
  "host-checks.ts": [
    ["HostCheckFailing", "warning", "cause", "5m", "0s"],
    ["HostCheckCertificateExpires", "critical", "cause", "5m", "0s"],
    ["HostCheckCertificateExpires", "warning", "cause", "5m", "0s"],
  ],
  "host.ts": [
    ["HostMemoryLow", "warning", "cause", "5m", "0s"],
    ["HostDiskLow", "warning", "cause", "5m", "0s"],
    ["HostDiskFullIn4Days", "warning", "cause", "1h", "0s"],
    ["HostInodesLow", "warning", "cause", "5m", "0s"],
    ["HostCpuSaturated", "warning", "cause", "15m", "5m"],
    ["HostMemoryPressure", "warning", "cause", "5m", "5m"],
    ["HostDiskPressure", "warning", "cause", "15m", "5m"],
    ["HostFilesNearLimit", "warning", "cause", "5m", "0s"],
    ["HostClockSkewed", "warning", "cause", "5m", "5m"],
    ["HostProcessKilledForMemory", "warning", "cause", "0s", "0s"],
  ],
  "http-service.ts": [
    ["HttpHighErrorRatio", "critical", "symptom", "5m", "0s"],
    ["HttpSlowP95", "warning", "symptom", "5m", "0s"],
    ["HttpRequestsWaiting", "warning", "symptom", "5m", "5m"],
    ["DatabasePoolExhausted", "warning", "symptom", "5m", "5m"],
  ],
  "logs.ts": [
    ["LogsDelayed", "warning", "symptom", "5m", "0s"],
    ["LogsRefused", "warning", "cause", "0s", "0s"],
  ],
  "loki.ts": [
    ["LokiRequestsFailing", "critical", "symptom", "5m", "5m"],
    ["LokiPanics", "warning", "cause", "0s", "0s"],
    ["LokiChunksNotFlushed", "critical", "cause", "5m", "0s"],
    ["LokiDiskFull", "critical", "cause", "0s", "0s"],
    ["LokiCheckpointsFailing", "warning", "cause", "0s", "0s"],
    ["LokiRetentionStopped", "warning", "cause", "5m", "0s"],
  ],
  "memcached.ts": [
    ["MemcachedDown", "critical", "outage", "1m", "5m"],
    ["MemcachedRefusesItems", "warning", "cause", "5m", "0s"],
    ["MemcachedConnectionsHigh", "warning", "cause", "5m", "5m"],
    ["MemcachedRejectsConnections", "critical", "cause", "0s", "0s"],
  ],
  "mysql.ts": [
    ["MysqlDown", "critical", "outage", "1m", "5m"],
    ["MysqlConnectionsHigh", "warning", "cause", "5m", "5m"],
    ["MysqlRejectsConnections", "critical", "cause", "0s", "0s"],
    ["MysqlConnectionsAborted", "warning", "cause", "0s", "0s"],
    ["MysqlSlowQueries", "warning", "cause", "5m", "5m"],
    ["MysqlQueriesPileUp", "warning", "cause", "5m", "5m"],
    ["MysqlBufferPoolSmall", "warning", "cause", "5m", "0s"],
    ["MysqlStatisticsFailing", "warning", "cause", "5m", "0s"],
  ],
  "nginx.ts": [
    ["NginxDown", "critical", "outage", "1m", "0s"],
    ["NginxDown", "warning", "cause", "1m", "0s"],
    ["NginxConnectionsDropped", "warning", "symptom", "5m", "0s"],
  ],
  "php-fpm.ts": [
    ["PhpFpmDown", "critical", "outage", "1m", "5m"],
    ["PhpFpmDown", "warning", "cause", "1m", "5m"],
    ["PhpFpmPoolExhausted", "warning", "cause", "5m", "5m"],
    ["PhpFpmRequestsWaiting", "critical", "symptom", "5m", "5m"],
    ["PhpFpmRequestsWaiting", "warning", "symptom", "5m", "5m"],
    ["PhpFpmMaxChildrenReached", "info", "cause", "0s", "5m"],
    ["PhpFpmSlowRequests", "warning", "symptom", "5m", "5m"],
  ],
  "postgres.ts": [
    ["PostgresDown", "critical", "outage", "1m", "5m"],
    ["PostgresConnectionsHigh", "warning", "cause", "5m", "5m"],
    ["PostgresDeadlocks", "warning", "cause", "0s", "0s"],
    ["PostgresLongTransaction", "warning", "cause", "5m", "0s"],
    ["PostgresRollbacksHigh", "warning", "cause", "5m", "5m"],
    ["PostgresStatisticsFailing", "warning", "cause", "5m", "0s"],
  ],
  "probes.ts": [
    ["ProbeFailed", "critical", "symptom", "1m", "0s"],
    ["ProbeSlow", "warning", "symptom", "5m", "5m"],
    ["CertificateExpires", "critical", "cause", "5m", "0s"],
    ["CertificateExpires", "warning", "cause", "5m", "0s"],
  ],
  "prometheus.ts": [
    ["PrometheusReloadFailing", "critical", "cause", "1m", "0s"],
    ["PrometheusRulesLate", "warning", "cause", "5m", "5m"],
    ["PrometheusStorageFailing", "critical", "cause", "0s", "0s"],
    ["PrometheusSamplesRefused", "warning", "cause", "5m", "5m"],
    ["PrometheusSampleLimitHit", "warning", "cause", "5m", "0s"],
    ["TargetSeriesHigh", "warning", "cause", "5m", "5m"],
    ["SeriesBudgetExceeded", "warning", "cause", "5m", "5m"],
    ["PrometheusRetentionShortened", "info", "cause", "0s", "0s"],
  ],
  "redis.ts": [
    ["RedisDown", "critical", "outage", "1m", "5m"],
    ["RedisRefusesWrites", "warning", "cause", "5m", "0s"],
    ["RedisConnectionsHigh", "warning", "cause", "5m", "5m"],
    ["RedisRejectsConnections", "critical", "cause", "0s", "0s"],
    ["RedisPersistenceFailing", "critical", "cause", "5m", "0s"],
    ["RedisAccessDenied", "warning", "cause", "0s", "0s"],
  ],
  "rollout.ts": [
    ["TargetDown", "critical", "outage", "1m", "0s"],
    ["CandidateFailsMore", "warning", "symptom", "5m", "0s"],
  ],
  "service-calls.ts": [
    ["ServiceCallBreakerOpen", "warning", "cause", "5m", "0s"],
    ["ServiceCallReplicaEjected", "warning", "cause", "5m", "0s"],
    ["ServiceCallRetriesExhausted", "warning", "cause", "5m", "5m"],
    ["ServiceCallsOverloaded", "warning", "cause", "5m", "5m"],
  ],
  "targets.ts": [
    ["Watchdog", "none", "none", "0s", "0s"],
    ["TargetDown", "critical", "outage", "1m", "0s"],
    ["TargetDown", "warning", "cause", "1m", "0s"],
  ],
  "traces.ts": [
    ["SpansDelayed", "warning", "symptom", "5m", "0s"],
    ["SpansLost", "warning", "cause", "0s", "5m"],
    ["SpansRefused", "warning", "cause", "5m", "5m"],
  ],
  "traefik.ts": [
    ["TraefikHighErrorRatio", "critical", "symptom", "5m", "5m"],
    ["TraefikSlowP95", "warning", "symptom", "5m", "5m"],
    ["TraefikServiceDown", "critical", "symptom", "1m", "0s"],
    ["TraefikServerDown", "warning", "cause", "5m", "5m"],
  ],
  "victorialogs.ts": [
    ["VictoriaLogsReadOnly", "critical", "cause", "0s", "0s"],
    ["VictoriaLogsRequestsFailing", "critical", "symptom", "5m", "5m"],
    ["VictoriaLogsQueriesRefused", "warning", "cause", "0s", "0s"],
    ["VictoriaLogsNearDiskLimit", "info", "cause", "5m", "0s"],
  ],
} as const;

describe("the alerts of each pack", () => {
  const packs = allPacks();

  it("are all written down here", () => {
    expect(Object.keys(ALERTS).sort()).toEqual(Object.keys(packs).sort());
  });

  it.each(Object.entries(ALERTS))(
    "of %s are as urgent, about that, and as patient as they are meant to be",
    (file, expected) => {
      const rules = (packs[file]?.rules ?? []).filter(isAlertingRule);
      const found = rules.map((rule) => [rule.alert, rule.severity, rule.kind, rule.for, rule.keepFiringFor ?? "0s"]);
      expect(found).toEqual(expected);
    },
  );

  it("outlast what their users feel, where they mute it: else that is told when its reason has gone", () => {
    const stores = ["MemcachedDown", "PostgresDown", "MysqlDown", "RedisDown", "PhpFpmDown"];
    const rules = Object.values(packs).flatMap((group) => group.rules.filter(isAlertingRule));
    for (const rule of rules.filter(({ alert, severity }) => stores.includes(alert) && severity === "critical")) {
      expect(rule).toMatchObject({ kind: "outage", keepFiringFor: "5m" });
    }
  });
});
