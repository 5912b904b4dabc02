import type { FaultDrill } from "../drill.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, storePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on Redis fire. */
export const REDIS_THRESHOLDS = {
  RedisRefusesWrites: { unit: "perSecond", fires: "above", warning: 0 },
  RedisConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.8 },
  RedisRejectsConnections: { unit: "count", fires: "above", critical: 0 },
  RedisAccessDenied: { unit: "count", fires: "above", warning: 0 },
} as const satisfies ThresholdTable;

/** What {@link redisRules} watches. */
export interface RedisRules extends JobPackArgs<typeof REDIS_THRESHOLDS> {
  /** The `job` label of redis_exporter: the data store's name. */
  readonly job: string;
  /** Every service does without it: that it is down wakes nobody. @default false */
  readonly optional?: boolean;
  /** A service that writes to it for its visitors: it is what notices that it can't. @default - none is known */
  readonly writer?: string;
}

const UP: Said = { series: "redis_up", value: 1 };
// The directory of `dir` in redis.conf.
const DATA = "/data";

// Nothing may be dropped for what is written, and there is no place for it.
const NO_MEMORY = ["--maxmemory", "1", "--maxmemory-policy", "noeviction"];

/** Redis on a full volume, and a service that writes to it; else only its page of metrics. */
function diskFull(job: string, writer: string | undefined): FaultDrill {
  const says: readonly Said[] = [UP, { series: "redis_aof_last_write_status" }];
  if (writer === undefined) return { fault: { kind: "stand-in", job, says } };
  const containers = { component: job, name: job };
  return { fault: { kind: "full-disk", containers, directory: DATA, megabytes: 4 }, visited: writer, takes: "45s" };
}

/** Redis without memory for what a service writes. A full disk would be told as such: the graver alert mutes this one. */
function memoryFull(job: string, writer: string | undefined): FaultDrill {
  const says: readonly Said[] = [UP, { series: 'redis_errors_total{err="OOM"}', perSecond: 5 }];
  if (writer === undefined) return { fault: { kind: "stand-in", job, says } };
  const containers = { component: job, name: job };
  const fault = { kind: "full-memory", containers, directory: DATA, words: NO_MEMORY } as const;
  return { fault, visited: writer, takes: "15s" };
}

/** Redis, from redis_exporter. When the exporter itself is away, `TargetDown` says so and these are silent. */
export function redisRules(args: RedisRules): RuleGroup {
  const { job, owner, optional = false, writer } = args;
  const told = jobAlerts(REDIS_THRESHOLDS, args);
  const { pace, selector, at } = told;
  return storePack("redis", { job, owner }, [
    {
      alert: "RedisDown",
      expr: `max by (job, instance) (redis_up{job="${job}"}) == 0`,
      for: pace.downFor,
      // Until what its users felt is over: else that would be told when its reason has gone.
      keepFiringFor: pace.keepFor,
      severity: optional ? "warning" : "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job, name: job } } },
      summary: "Redis {{ $labels.job }} does not answer",
      description: "The exporter cannot reach {{ $labels.job }}. What is cached in it is asked from the databases.",
    },
    ...at("RedisRefusesWrites", ({ value }) => ({
      expr: `sum by (job, instance) (rate(redis_errors_total{job="${job}",err=~"OOM|MISCONF"}[${pace.window}])) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      drill: memoryFull(job, writer),
      summary: "Redis {{ $labels.job }} refuses {{ $value | humanize }} writes a second",
      description:
        "Its memory is full of keys without a time to live, or its disk takes no more. What it counts stands still.",
    })),
    ...connections(told),
    {
      alert: "RedisPersistenceFailing",
      expr: `(redis_aof_last_write_status${selector} == 0) or (redis_rdb_last_bgsave_status${selector} == 0)`,
      for: pace.symptomFor,
      severity: "critical",
      kind: "cause",
      drill: diskFull(job, writer),
      summary: "Redis {{ $labels.job }} cannot write to its disk",
      description: "It soon refuses writes, and what it took since is lost when it ends.",
    },
    ...accessDenied(told),
  ]);
}

type Told = JobAlerts<typeof REDIS_THRESHOLDS>;

/** How much a counter of it grew. */
function grown({ selector, pace }: Told, metric: string): string {
  return `sum by (job, instance) (increase(redis_${metric}_total${selector}[${pace.window}]))`;
}

/** Who finds a free connection, and who is turned away. */
function connections(told: Told): readonly PackRule[] {
  const { job, selector, pace, at } = told;
  return [
    ...at("RedisConnectionsHigh", ({ value }) => ({
      expr: `redis_connected_clients${selector} / redis_max_clients${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: { kind: "connections", containers: { component: job, name: job }, port: 6379, count: 880 } },
      summary: "{{ $value | humanizePercentage }} of the connections of Redis {{ $labels.job }} are taken",
      description: "When all are, services that open one are refused.",
    })),
    ...at("RedisRejectsConnections", ({ value }) => ({
      expr: `${grown(told, "rejected_connections")} > ${value}`,
      for: "0s",
      kind: "cause",
      // Not all the time: while all are taken the exporter is rejected, too, and knows nothing.
      drill: {
        fault: { kind: "connections", containers: { component: job, name: job }, port: 6379, count: 1100, holds: 1 },
        takes: "5s",
        within: "0s",
      },
      summary: "Redis {{ $labels.job }} rejected {{ $value | humanize }} connections",
      description: `In the last ${pace.window} it had no place for them. Who was rejected works without a cache.`,
    })),
  ];
}

/** Who has a wrong password, or reaches for what is not its own. */
function accessDenied(told: Told): readonly PackRule[] {
  const { job, pace, at } = told;
  return at("RedisAccessDenied", ({ value }) => ({
    expr: `${grown(told, "acl_access_denied_auth")} + ${grown(told, "acl_access_denied_cmd")} + ${grown(told, "acl_access_denied_key")} > ${value}`,
    for: "0s",
    kind: "cause",
    drill: {
      fault: {
        kind: "connections",
        containers: { component: job, name: job },
        port: 6379,
        count: 1,
        says: "AUTH drill wrong\r\n",
      },
      within: "0s",
    },
    summary: "Redis {{ $labels.job }} denied {{ $value | humanize }} commands or sign-ins",
    description: `In the last ${pace.window} somebody had a wrong password, or a service reached for what is not its own.`,
  }));
}
