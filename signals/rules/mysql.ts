import type { Fault } from "../faults/index.ts";
import type { Said } from "../faults/stand-in.ts";
import { type JobAlerts, type JobPackArgs, jobAlerts, type PackRule, storePack } from "../pack.ts";
import type { RuleGroup } from "../rule-group.ts";
import type { ThresholdTable } from "../threshold.ts";

/** Beyond what the alerts on MySQL fire. */
export const MYSQL_THRESHOLDS = {
  MysqlConnectionsHigh: { unit: "ratio", fires: "above", warning: 0.8 },
  MysqlRejectsConnections: { unit: "count", fires: "above", critical: 0 },
  MysqlConnectionsAborted: { unit: "count", fires: "above", warning: 0 },
  MysqlSlowQueries: { unit: "perSecond", fires: "above", warning: 0.1 },
  MysqlQueriesPileUp: { unit: "count", fires: "above", warning: 20 },
  MysqlBufferPoolSmall: { unit: "ratio", fires: "above", warning: 0.05 },
} as const satisfies ThresholdTable;

/** What {@link mysqlRules} watches. */
export interface MysqlRules extends JobPackArgs<typeof MYSQL_THRESHOLDS> {
  /** The `job` label of mysqld_exporter: the data store's name. */
  readonly job: string;
}

// MariaDB's own image has its client under its own name only.
const CLIENT = "c=$(command -v mariadb || command -v mysql)";
const AS_ROOT = "$c --defaults-extra-file=/run/secrets/root.cnf -e";

const commands = (job: string, script: string, mend?: string): Fault => ({
  kind: "commands",
  containers: { component: job, name: job },
  command: ["bash", "-c", `${CLIENT}; ${script}`],
  ...(mend === undefined ? {} : { mend: ["bash", "-c", `${CLIENT}; ${mend}`] }),
});

/** Sockets that nobody signs in on. Clients would need more memory than the container has. */
const sockets = (count: number): string => `for i in $(seq ${count}); do exec {socket}<>/dev/tcp/127.0.0.1/3306; done`;

// Who does not sign in is turned out after ten seconds, unless somebody says otherwise.
const connectionsFault = (job: string): Fault =>
  commands(
    job,
    `touch /tmp/drill; ${AS_ROOT} 'set global connect_timeout = 900'; ${sockets(85)}; while [ -e /tmp/drill ]; do sleep 1; done`,
    `rm -f /tmp/drill; ${AS_ROOT} 'set global connect_timeout = default'`,
  );

// Only for a moment each time: the exporter, too, must find a free one. And never in step with it: at an even pace it met a
// full house at each of fourteen scrapes, and `MysqlDown` fired instead (seen in the gate, 2026-11-30).
const crowdFault = (job: string): Fault =>
  commands(job, `( ${sockets(105)}; sleep 0.3 ); sleep $((1 + RANDOM % 3)).$((RANDOM % 10))`);

const STUCK: readonly Said[] = [
  { series: "mysql_up", value: 1 },
  { series: "mysql_global_status_threads_running", value: 50 },
  { series: "mysql_global_status_innodb_buffer_pool_reads", perSecond: 50 },
  { series: "mysql_global_status_innodb_buffer_pool_read_requests", perSecond: 100 },
  { series: 'mysql_exporter_collector_success{collector="drill"}' },
];

/**
 * MySQL or MariaDB, from mysqld_exporter. When the exporter itself is away, `TargetDown` says so and these are silent.
 *
 * The disk under its volume is the host's: `HostDiskLow` and `HostDiskFullIn4Days` tell of it.
 */
export function mysqlRules(args: MysqlRules): RuleGroup {
  const { job, owner } = args;
  const told = jobAlerts(MYSQL_THRESHOLDS, args);
  const { pace, selector } = told;
  return storePack("mysql", { job, owner }, [
    {
      alert: "MysqlDown",
      expr: `max by (job, instance) (mysql_up${selector}) == 0`,
      for: pace.downFor,
      // Until what its users felt is over: else that would be told when its reason has gone.
      keepFiringFor: pace.keepFor,
      severity: "critical",
      kind: "outage",
      drill: { fault: { kind: "stop", containers: { component: job, name: job } } },
      summary: "MySQL {{ $labels.job }} refuses connections",
      description: "The exporter cannot sign in to {{ $labels.job }}. Services that use it fail or are not ready.",
    },
    ...connections(told),
    ...queries(told),
    {
      alert: "MysqlStatisticsFailing",
      expr: `mysql_exporter_collector_success${selector} == 0 and on (job, instance) max by (job, instance) (mysql_up${selector}) == 1`,
      for: pace.symptomFor,
      severity: "warning",
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: STUCK } },
      summary: "The exporter of MySQL {{ $labels.job }} cannot read {{ $labels.collector }}",
      description: "Panels and alerts on these numbers are silent, though MySQL answers.",
    },
  ]);
}

type Told = JobAlerts<typeof MYSQL_THRESHOLDS>;

const status = (name: string): string => `mysql_global_status_${name}`;

/** Who finds a free connection, who is turned away, and who may not sign in. */
function connections({ job, selector, pace, at }: Told): readonly PackRule[] {
  const { window } = pace;
  const grown = (series: string): string => `sum by (job, instance) (increase(${series}[${window}]))`;
  return [
    ...at("MysqlConnectionsHigh", ({ value }) => ({
      expr: `${status("threads_connected")}${selector} / mysql_global_variables_max_connections${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: connectionsFault(job), takes: "10s" },
      summary: "{{ $value | humanizePercentage }} of the connections of MySQL {{ $labels.job }} are taken",
      description: "A service gets 90 of 100. One that opens more is refused.",
    })),
    ...at("MysqlRejectsConnections", ({ value }) => ({
      expr: `${grown(`${status("connection_errors_total")}{job="${job}",error="max_connections"}`)} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: { fault: crowdFault(job), takes: "10s", within: "0s" },
      summary: "MySQL {{ $labels.job }} rejected {{ $value | humanize }} connections",
      description: `In the last ${window} all of its connections were taken. Requests that needed one have failed.`,
    })),
    ...at("MysqlConnectionsAborted", ({ value }) => ({
      expr: `${grown(`${status("aborted_connects")}${selector}`)} > ${value}`,
      for: "0s",
      kind: "cause",
      drill: {
        fault: commands(job, "$c --user=drill --password=drill --protocol=tcp --host=127.0.0.1; sleep 1"),
        takes: "10s",
        within: "0s",
      },
      summary: "{{ $value | humanize }} sign-ins to MySQL {{ $labels.job }} failed",
      description: `In the last ${window} somebody had a wrong password, had as many connections as it may have, or left in the middle of it.`,
    })),
  ];
}

/** What is slow, what waits, and whether the memory suffices for what is read. */
function queries({ job, selector, pace, at }: Told): readonly PackRule[] {
  const perSecond = (name: string): string =>
    `sum by (job, instance) (rate(${status(name)}${selector}[${pace.window}]))`;
  return [
    ...at("MysqlSlowQueries", ({ value, text }) => ({
      expr: `${perSecond("slow_queries")} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      drill: { fault: commands(job, `${AS_ROOT} 'select sleep(1.1)'`), takes: "10s" },
      summary: 'MySQL {{ $labels.job }} answers {{ $value | printf "%.1f" }} queries a second slowly',
      description: `Each took longer than a second; ${text} is the limit. Their texts are in its log.`,
    })),
    ...at("MysqlQueriesPileUp", ({ value, text }) => ({
      expr: `${status("threads_running")}${selector} > ${value}`,
      for: pace.symptomFor,
      keepFiringFor: pace.keepFor,
      kind: "cause",
      // Twenty clients need more memory than its container has.
      drill: { fault: { kind: "stand-in", job, says: STUCK } },
      summary: "{{ $value | humanize }} queries run at once in MySQL {{ $labels.job }}",
      description: `They wait for a lock, for the disk or for a processor; ${text} is the limit.`,
    })),
    ...at("MysqlBufferPoolSmall", ({ value, text }) => ({
      expr: `${perSecond("innodb_buffer_pool_reads")} / ${perSecond("innodb_buffer_pool_read_requests")} > ${value} and ${perSecond("innodb_buffer_pool_reads")} >= 10`,
      for: pace.symptomFor,
      kind: "cause",
      drill: { fault: { kind: "stand-in", job, says: STUCK } },
      summary: "{{ $value | humanizePercentage }} of what MySQL {{ $labels.job }} reads is not in its memory",
      description: `It waits for the disk; ${text} is the limit. The tables that are asked for no longer fit.`,
    })),
  ];
}
