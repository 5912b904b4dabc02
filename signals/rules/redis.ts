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
    ],
  };
}
