import type { Fault } from "../faults/index.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, storePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on PostgreSQL fire. */
export const POSTGRES_THRESHOLDS = {
  PostgresConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.8 },
  PostgresDeadlocks: { unit: "count", fires: "above", warning: 0 },
  PostgresLongTransaction: { unit: "seconds", fires: "above", warning: 600 },
  PostgresRollbacksHigh: { unit: "ratio", fires: "above", warning: 0.2 },
} as const satisfies ThresholdTable;

/** What {@link postgresRules} watches. */
export interface PostgresRules extends JobPackArgs<typeof POSTGRES_THRESHOLDS> {
  /** The `job` label of postgres_exporter: the data store's name. */
  readonly job: string;
}

// All that these leave are sessions of the program that ends with the drill.
const shell = (job: string, script: string, mend?: string): Fault => ({
  kind: "commands",
  containers: { component: job, name: job },
  command: ["sh", "-c", script],
  ...(mend === undefined ? {} : { mend: ["sh", "-c", mend] }),
});

const END_SESSIONS =
  "psql -U postgres -qAtc \"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgbench'\"; rm -f /tmp/drill-*.sql";

const connectionsFault = (job: string): Fault =>
  shell(
    job,
    "echo 'select pg_sleep(900);' > /tmp/drill-sleep.sql; pgbench -U postgres -n -c 80 -T 900 -f /tmp/drill-sleep.sql postgres",
    END_SESSIONS,
  );

// It reads a table: PostgreSQL does not count the transactions of a session that touches none before it ends.
const rollbackFault = (job: string): Fault =>
  shell(
    job,
    "printf 'begin;\\nselect count(*) from pg_database;\\nrollback;\\n' > /tmp/drill-rollback.sql; pgbench -U postgres -n -c 1 -R 20 -T 900 -f /tmp/drill-rollback.sql postgres",
    END_SESSIONS,
  );

// Two that wait for each other. One of them is ended by PostgreSQL, a second later.
const deadlockFault = (job: string): Fault => {
  const locks = (first: number, second: number) =>
    `psql -U postgres -qAtc "begin; select pg_advisory_xact_lock(${first}); select pg_sleep(0.5); select pg_advisory_xact_lock(${second})"`;
  return shell(job, `${locks(1, 2)} & ${locks(2, 1)}; wait`);
};

const STUCK: readonly Said[] = [
  { series: "pg_up", value: 1 },
  { series: 'pg_stat_activity_max_tx_duration{datname="drill",state="active"}', value: 900 },
  { series: 'pg_scrape_collector_success{collector="drill"}' },
];

/**
 * PostgreSQL, from postgres_exporter. When the exporter itself is away, `TargetDown` says so and these are silent.
 */
export function postgresRules(args: PostgresRules): RuleGroup {
  const { job, owner } = args;
  const told = jobAlerts(POSTGRES_THRESHOLDS, args);
  const { pace, selector, at } = told;
  return storePack("postgres", { job, owner }, [
    {
      alert: "PostgresDown",
      expr: `max by (job, instance) (pg_up{job="${job}"}) == 0`,
      for: pace.downFor,
      // Until what its users felt is over: else that would be told when its reason has gone.
      keepFiringFor: pace.keepFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job, name: job } } },
      summary: "PostgreSQL {{ $labels.job }} refuses connections",
      description: "The exporter cannot log in to {{ $labels.job }}. Services that use it fail or are not ready.",
    },
    ...at("PostgresConnectionsHigh", ({ value }) => ({
      expr: `sum by (job, instance) (pg_stat_activity_count${selector}) / max by (job, instance) (pg_settings_max_connections${selector}) > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: connectionsFault(job), takes: "10s" },
      summary: "{{ $value | humanizePercentage }} of the connections of PostgreSQL {{ $labels.job }} are taken",
      description: "When all are, services that open one are refused.",
    })),
    ...transactions(told),
    {
      alert: "PostgresStatisticsFailing",
      expr: `pg_scrape_collector_success${selector} == 0 and on (job, instance) max by (job, instance) (pg_up${selector}) == 1`,
      for: pace.symptomFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: STUCK } },
      summary: "The exporter of PostgreSQL {{ $labels.job }} cannot read {{ $labels.collector }}",
      description: "Panels and alerts on these numbers are silent, though PostgreSQL answers.",
    },
  ]);
}

/** Which transactions wait for each other, stay open, or are given up. */
function transactions({ job, selector, pace, at }: JobAlerts<typeof POSTGRES_THRESHOLDS>): readonly PackRule[] {
  const { window } = pace;
  const perSecond = (metric: string): string =>
    `sum by (job, instance, datname) (rate(pg_stat_database_${metric}${selector}[${window}]))`;
  return [
    ...at("PostgresDeadlocks", ({ value }) => ({
      expr: `sum by (job, instance, datname) (increase(pg_stat_database_deadlocks${selector}[${window}])) > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: deadlockFault(job), takes: "10s", within: "0s" },
      summary: "{{ $value | humanize }} deadlocks in {{ $labels.datname }} of PostgreSQL {{ $labels.job }}",
      description: `In the last ${window} transactions waited for each other, and PostgreSQL ended one of each two: its request failed.`,
    })),
    ...at("PostgresLongTransaction", ({ value, text }) => ({
      expr: `max by (job, instance, datname) (pg_stat_activity_max_tx_duration${selector}) > ${value}`,
      for: pace.symptomFor,
      kind: "cause",
      // Ten minutes of a transaction are nothing to wait for.
      drill: { fault: { kind: "stand-in", job, says: STUCK } },
      summary:
        "A transaction in {{ $labels.datname }} of PostgreSQL {{ $labels.job }} is open for {{ $value | humanizeDuration }}",
      description: `It holds its locks, and nothing that was deleted since can be cleared away. The limit is ${text}.`,
    })),
    ...at("PostgresRollbacksHigh", ({ value, text }) => ({
      expr: `${perSecond("xact_rollback")} / (${perSecond("xact_rollback")} + ${perSecond("xact_commit")}) > ${value} and ${perSecond("xact_rollback")} >= 1`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: rollbackFault(job), takes: "10s" },
      summary:
        "{{ $value | humanizePercentage }} of the transactions in {{ $labels.datname }} of PostgreSQL {{ $labels.job }} are rolled back",
      description: `A service that writes there meets errors; ${text} is the limit.`,
    })),
  ];
}
