import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link redisRules} watches. */
export interface RedisRules {
  /** The `job` label of redis_exporter: the data store's name. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/** Redis, from redis_exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function redisRules({ job, pace = PACES.steady }: RedisRules): RuleGroup {
  const selector = `{job="${job}"}`;
  const grown = (metric: string): string =>
    `sum by (job, instance) (increase(redis_${metric}_total${selector}[${pace.window}]))`;
  return {
    name: `${job}.redis`,
    rules: [
      {
        alert: "RedisDown",
        expr: `max by (job, instance) (redis_up{job="${job}"}) == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "Redis {{ $labels.job }} does not answer",
        description: "The exporter cannot reach {{ $labels.job }}. What is cached in it is asked from the databases.",
      },
      {
        alert: "RedisRefusesWrites",
        expr: `sum by (job, instance) (rate(redis_errors_total{job="${job}",err=~"OOM|MISCONF"}[${pace.window}])) > 0`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "Redis {{ $labels.job }} refuses writes",
        description:
          "{{ $labels.job }} refuses {{ $value | humanize }} writes a second: its memory is full of keys without a time to live, or its disk takes no more. What it counts stands still.",
      },
      {
        alert: "RedisConnectionsHigh",
        expr: `redis_connected_clients${selector} / redis_max_clients${selector} > 0.8`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the connections of Redis {{ $labels.job }} are taken",
        description: "When all are, services that open one are refused.",
      },
      {
        alert: "RedisRejectsConnections",
        expr: `${grown("rejected_connections")} > 0`,
        for: "0s",
        severity: "critical",
        summary: "Redis {{ $labels.job }} rejected {{ $value | humanize }} connections",
        description: `In the last ${pace.window} it had no place for them. Who was rejected works without a cache.`,
      },
      {
        alert: "RedisPersistenceFailing",
        expr: `(redis_aof_last_write_status${selector} == 0) or (redis_rdb_last_bgsave_status${selector} == 0)`,
        for: pace.symptomFor,
        severity: "critical",
        summary: "Redis {{ $labels.job }} cannot write to its disk",
        description: "It soon refuses writes, and what it took since is lost when it ends.",
      },
      {
        alert: "RedisAccessDenied",
        expr: `${grown("acl_access_denied_auth")} + ${grown("acl_access_denied_cmd")} + ${grown("acl_access_denied_key")} > 0`,
        for: "0s",
        severity: "warning",
        summary: "Redis {{ $labels.job }} denied {{ $value | humanize }} commands or sign-ins",
        description: `In the last ${pace.window} somebody had a wrong password, or a service reached for what is not its own.`,
      },
    ],
  };
}
