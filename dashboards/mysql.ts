import type { DashboardFile, Watched } from "../signals/signals.ts";
import { logLines } from "./log-panels.ts";
import { figure, lines, type PanelBuilder } from "./panels.ts";
import { rateOf, shareOf } from "./promql.ts";
import { answers, connectionsTaken, connectionsUsed, readableStatistics, storePage } from "./store-panels.ts";
import { limitsOf } from "./watched.ts";

const JOB = '{job="$job"}';
const STATUS = "mysql_global_status_";

const total = (counter: string): string => rateOf(`${STATUS}${counter}${JOB}`, "job");
const now = (gauge: string): string => `sum by (job) (${STATUS}${gauge}${JOB})`;
const TAKEN = {
  expr: `${now("threads_connected")} / max by (job) (mysql_global_variables_max_connections${JOB})`,
  alert: "MysqlConnectionsHigh",
  nearTheEnd: "One service gets 90% of them, and is refused then.",
};
const MISSED = shareOf(total("innodb_buffer_pool_reads"), total("innodb_buffer_pool_read_requests"));
const KINDS = "select|insert|insert_select|replace|update|update_multi|delete|delete_multi|commit|rollback";
// "shop/films", or "shop/films#P#p0" where it is in parts. What has no database is the server's own.
const SIZES = `label_replace(mysql_info_schema_innodb_tablespace_file_size_bytes${JOB}, "database", "$1", "tablespace_name", "([^/]+)/.*")`;

// What the log says of a slow query, above its text.
const SLOW_QUERY =
  "Query_time: (?P<query_seconds>\\S+)\\s+Lock_time: (?P<lock_seconds>\\S+)\\s+Rows_sent: (?P<rows_sent>\\d+)\\s+Rows_examined: (?P<rows_examined>\\d+)";

/** MySQL or MariaDB: does it answer, how near are its limits, what waits, and what it reads and writes. */
export function mysqlDashboard(watched: Watched): DashboardFile {
  return storePage(watched, {
    uid: "mysql",
    title: "MySQL",
    description:
      "Connections, queries, locks and disks of one MySQL or MariaDB, from mysqld_exporter, and its slow queries.",
    up: "mysql_up",
    panels: [
      ...figures(watched),
      ...clients(watched),
      ...memory(watched),
      ...rowLocks(),
      ...bytes(),
      readableStatistics("mysql_exporter_collector_success"),
      logLines({
        title: "Slow queries, as the log has them",
        description: "How long each took, how long it waited for locks, and how many rows it read and gave.",
        store: watched.logStore,
        shown: { of: { chosen: "job" }, contains: "# Query_time:", extract: SLOW_QUERY },
      }),
    ],
  });
}

/** The numbers at the top: does it answer, how near is it to its limits, and does its memory suffice. */
function figures(watched: Watched): readonly PanelBuilder[] {
  return [
    answers("mysql_up", "Whether the exporter can sign in. Without that, what uses it fails."),
    connectionsUsed(watched, TAKEN),
    figure({
      title: "Queries",
      description: "Statements a second that clients sent.",
      unit: "ops",
      expr: total("questions"),
    }),
    figure({
      title: "Not found in memory",
      description: "Share of the pages that were asked for and had to be read from the disk.",
      unit: "percentunit",
      marks: limitsOf(watched, "MysqlBufferPoolSmall"),
      expr: MISSED,
    }),
  ];
}

/** Who comes, what they ask of it, and what takes long or fails. */
function clients(watched: Watched): readonly PanelBuilder[] {
  return [
    connectionsTaken(watched, TAKEN),
    lines({
      title: "Queries that run at once",
      description: "Sessions that do something. Many for long: they wait for a lock, the disk or a processor.",
      unit: "short",
      marks: limitsOf(watched, "MysqlQueriesPileUp"),
      queries: [{ expr: now("threads_running"), legend: "running" }],
    }),
    lines({
      title: "Statements by kind",
      description: "Statements a second that read, write, keep or take back.",
      unit: "ops",
      stacked: true,
      queries: [
        {
          expr: rateOf(`${STATUS}commands_total{job="$job",command=~"${KINDS}"}`, "command"),
          legend: "{{command}}",
        },
      ],
    }),
    lines({
      title: "Slow queries",
      description: "Queries a second that took longer than a second. Their texts are below.",
      unit: "ops",
      marks: limitsOf(watched, "MysqlSlowQueries"),
      queries: [{ expr: total("slow_queries"), legend: "slow" }],
    }),
    lines({
      title: "Connections that failed",
      description: "Failed sign-ins, refusals for want of a free one, and clients that left without a word, a second.",
      unit: "ops",
      queries: [
        { expr: total("aborted_connects"), legend: "sign-in failed" },
        {
          expr: rateOf(`${STATUS}connection_errors_total{job="$job",error="max_connections"}`, "job"),
          legend: "rejected",
        },
        { expr: total("aborted_clients"), legend: "client left" },
      ],
    }),
  ];
}

/** Whether the tables that are asked for fit into its memory. */
function memory(watched: Watched): readonly PanelBuilder[] {
  return [
    lines({
      title: "Pages not found in memory",
      description: "Share of the pages that were asked for and had to be read from the disk.",
      unit: "percentunit",
      marks: limitsOf(watched, "MysqlBufferPoolSmall"),
      queries: [{ expr: MISSED, legend: "from disk" }],
    }),
    lines({
      title: "Pages in memory",
      description: "Pages of tables that are in memory. With none free, those that are asked for least make room.",
      unit: "short",
      stacked: true,
      queries: [{ expr: `sum by (state) (${STATUS}buffer_pool_pages${JOB})`, legend: "{{state}}" }],
    }),
  ];
}

/** Who waits until another one lets go of a row. */
function rowLocks(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Waiting for rows",
      description: "Sessions that wait, on the average, until another one lets go of a row.",
      unit: "short",
      queries: [{ expr: `${total("innodb_row_lock_time")} / 1000`, legend: "waiting" }],
    }),
    lines({
      title: "Waits for rows",
      description: "Times a second that a session had to wait for a row.",
      unit: "ops",
      queries: [{ expr: total("innodb_row_lock_waits"), legend: "waits" }],
    }),
  ];
}

/** What it moves and keeps: on disk, in temporary tables, to and from clients. */
function bytes(): readonly PanelBuilder[] {
  return [
    lines({
      title: "Temporary tables on disk",
      description: "Share of the temporary tables of queries that did not fit into memory.",
      unit: "percentunit",
      queries: [{ expr: shareOf(total("created_tmp_disk_tables"), total("created_tmp_tables")), legend: "on disk" }],
    }),
    lines({
      title: "Sent and received",
      description: "Bytes a second to and from clients.",
      unit: "Bps",
      queries: [
        { expr: total("bytes_sent"), legend: "sent" },
        { expr: total("bytes_received"), legend: "received" },
      ],
    }),
    lines({
      title: "Read and written on disk",
      description: "Bytes a second that tables and logs of InnoDB read and wrote.",
      unit: "Bps",
      queries: [
        { expr: total("innodb_data_read"), legend: "read" },
        { expr: total("innodb_data_written"), legend: "written" },
      ],
    }),
    lines({
      title: "Size of the databases",
      description: "Bytes on disk, by database; without a name what the server needs itself.",
      unit: "bytes",
      stacked: true,
      queries: [{ expr: `sum by (database) (${SIZES})`, legend: "{{database}}" }],
    }),
  ];
}
