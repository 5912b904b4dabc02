import { PACES, type Pace, type RuleGroup } from "../rule-group.ts";

/** What {@link postgresRules} watches. */
export interface PostgresRules {
  /** The `job` label of postgres_exporter: the data store's name. */
  readonly job: string;
  /** How soon. @default PACES.steady */
  readonly pace?: Pace;
}

/**
 * PostgreSQL, from postgres_exporter. When the exporter itself is away, `TargetDown` says so and these are silent.
 */
export function postgresRules({ job, pace = PACES.steady }: PostgresRules): RuleGroup {
  return {
    name: `${job}.postgres`,
    rules: [
      {
        alert: "PostgresDown",
        expr: `max by (job, instance) (pg_up{job="${job}"}) == 0`,
        for: pace.downFor,
        severity: "critical",
        summary: "PostgreSQL {{ $labels.job }} refuses connections",
        description: "The exporter cannot log in to {{ $labels.job }}. Services that use it fail or are not ready.",
      },
    ],
  };
}
