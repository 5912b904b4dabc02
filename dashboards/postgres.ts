import type { DashboardFile, Watched } from "../signals/signals.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { answers, connectionsTaken, connectionsUsed, readableStatistics, storePage } from "./store-panels.ts";
import { limitsOf } from "./watched.ts";

const JOB = '{job="$job"}';
const legend = "{{datname}}";
const DATABASE = "pg_stat_database_";

const rate = (metric: string): string => rateOf(`${DATABASE}${metric}${JOB}`, "datname");
const total = (metric: string): string => rateOf(`${DATABASE}${metric}${JOB}`, "job");
const TAKEN = {
  expr: `sum by (job) (pg_stat_activity_count${JOB}) / max by (job) (pg_settings_max_connections${JOB})`,
  alert: "PostgresConnectionsHigh",
};

/** PostgreSQL: does it answer, how near are its limits, what waits, and what it reads and writes. */
export function postgresDashboard(watched: Watched): DashboardFile {
  return storePage(watched, {
    uid: "postgres",
    title: "PostgreSQL",
    description: "Connections, transactions, locks and disks of one PostgreSQL, from postgres_exporter.",
    up: "pg_up",
    panels: [
      ...figures(watched),
      ...connections(watched),
      ...transactions(watched),
      ...locks(),
      ...readAndWritten(),
      readableStatistics("pg_scrape_collector_success"),
    ],
  });
}

/** The numbers at the top: does it answer, how near is it to its limits, and does its memory suffice. */
function figures(watched: Watched): readonly PanelBuilder[] {
  return [
    answers("pg_up", "Whether the exporter can log in. Without that, what uses it fails."),
    connectionsUsed(watched, TAKEN),
    figure({
      title: "Transactions",
      description: "Transactions a second in all databases, whether they were kept or rolled back.",
      unit: "ops",
      expr: `${total("xact_commit")} + ${total("xact_rollback")}`,
    }),
    figure({
      title: "Found in memory",
      description: "Share of the pages that were read without the disk. Far below 99% for long, memory is short.",
      unit: "percentunit",
      expr: `${total("blks_hit")} / (${total("blks_hit")} + ${total("blks_read")} > 0) or vector(1)`,
    }),
  ];
}

/** How many connections are taken, and what they do. */
function connections(watched: Watched): readonly PanelBuilder[] {
  return [
    connectionsTaken(watched, TAKEN),
    lines({
      title: "Connections by state",
      description: "Many idle in transaction: a service begins one and does something else meanwhile.",
      unit: "short",
      stacked: true,
      queries: [{ expr: `sum by (state) (pg_stat_activity_count${JOB})`, legend: "{{state}}" }],
    }),
  ];
}

/** Which transactions are kept, which are given up, and which stay open. */
function transactions(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Transactions kept",
      description: "Transactions a second that were committed, by database.",
      unit: "ops",
      queries: [{ expr: rate("xact_commit"), legend }],
    }),
    lines({
      title: "Transactions rolled back",
      description: "Share of the transactions that failed or were given up. What writes there meets errors.",
      unit: "percentunit",
      marks: limitsOf(watched, "PostgresRollbacksHigh"),
      queries: [
        {
          expr: shareOf(rate("xact_rollback"), `(${rate("xact_rollback")} + ${rate("xact_commit")})`),
          legend,
        },
      ],
    }),
    lines({
      title: "Longest transaction",
      description: "How long the oldest one is open. It holds its locks, and what was deleted since stays.",
      unit: "s",
      marks: limitsOf(watched, "PostgresLongTransaction"),
      queries: [{ expr: `max by (datname) (pg_stat_activity_max_tx_duration${JOB})`, legend }],
    }),
  ];
}

/** What holds what, and who waited for each other. */
function locks(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Locks",
      description: "Locks held, by their mode. Exclusive ones make others wait.",
      unit: "short",
      stacked: true,
      queries: [{ expr: `sum by (mode) (pg_locks_count${JOB}) > 0`, legend: "{{mode}}" }],
    }),
    lines({
      title: "Deadlocks",
      description: "Times a second that transactions waited for each other, and one of them was ended.",
      unit: "ops",
      queries: [{ expr: rate("deadlocks"), legend }],
    }),
  ];
}

/** Rows and pages that are read and written, and the disk that they take. */
function readAndWritten(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Rows",
      description: "Rows a second that were read and written, in all databases.",
      unit: "rowsps",
      queries: [
        { expr: total("tup_fetched"), legend: "fetched" },
        { expr: total("tup_inserted"), legend: "inserted" },
        { expr: total("tup_updated"), legend: "updated" },
        { expr: total("tup_deleted"), legend: "deleted" },
      ],
    }),
    lines({
      title: "Pages read from disk",
      description: "Pages a second that were not in memory, by database.",
      unit: "ops",
      queries: [{ expr: rate("blks_read"), legend }],
    }),
    lines({
      title: "Size of the databases",
      description: "Bytes on disk, by database.",
      unit: "bytes",
      stacked: true,
      queries: [{ expr: `max by (datname) (pg_database_size_bytes${JOB})`, legend }],
    }),
    lines({
      title: "Temporary files",
      description: "Bytes a second that queries put on disk because they did not fit into their memory.",
      unit: "Bps",
      queries: [{ expr: rate("temp_bytes"), legend }],
    }),
  ];
}
