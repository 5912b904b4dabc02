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
  const { window } = pace;
  const selector = `{job="${job}"}`;
  const perSecond = (metric: string): string =>
    `sum by (job, instance, datname) (rate(pg_stat_database_${metric}${selector}[${window}]))`;
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
      {
        alert: "PostgresConnectionsHigh",
        expr: `sum by (job, instance) (pg_stat_activity_count${selector}) / max by (job, instance) (pg_settings_max_connections${selector}) > 0.8`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the connections of PostgreSQL {{ $labels.job }} are taken",
        description: "When all are, services that open one are refused.",
      },
      {
        alert: "PostgresDeadlocks",
        expr: `sum by (job, instance, datname) (increase(pg_stat_database_deadlocks${selector}[${window}])) > 0`,
        for: "0s",
        severity: "warning",
        summary: "{{ $value | humanize }} deadlocks in {{ $labels.datname }} of PostgreSQL {{ $labels.job }}",
        description: `In the last ${window} transactions waited for each other, and PostgreSQL ended one of each two: its request failed.`,
      },
      {
        alert: "PostgresLongTransaction",
        expr: `max by (job, instance, datname) (pg_stat_activity_max_tx_duration${selector}) > 600`,
        for: pace.symptomFor,
        severity: "warning",
        summary:
          "A transaction in {{ $labels.datname }} of PostgreSQL {{ $labels.job }} is open for {{ $value | humanizeDuration }}",
        description:
          "It holds its locks, and nothing that was deleted since can be cleared away. Ten minutes are the limit.",
      },
      {
        alert: "PostgresRollbacksHigh",
        expr: `${perSecond("xact_rollback")} / (${perSecond("xact_rollback")} + ${perSecond("xact_commit")}) > 0.2 and ${perSecond("xact_rollback")} >= 1`,
        for: pace.symptomFor,
        keepFiringFor: pace.keepFor,
        severity: "warning",
        summary:
          "{{ $value | humanizePercentage }} of the transactions in {{ $labels.datname }} of PostgreSQL {{ $labels.job }} are rolled back",
        description: "A service that writes there meets errors; 20% is the limit.",
      },
      {
        alert: "PostgresStatisticsFailing",
        expr: `pg_scrape_collector_success${selector} == 0 and on (job, instance) max by (job, instance) (pg_up${selector}) == 1`,
        for: pace.symptomFor,
        severity: "warning",
        summary: "The exporter of PostgreSQL {{ $labels.job }} cannot read {{ $labels.collector }}",
        description: "Panels and alerts on these numbers are silent, though PostgreSQL answers.",
      },
    ],
  };
}
