import { type Problem, refuseIf } from "../services/problems.ts";
import { toBytes } from "../services/units.ts";
import { type ConfigFile, textFile } from "./config-file.ts";

/**
 * Which of the two programs an image holds. They part in the names of their programs, in a few settings, and in what
 * their data looks like on disk: neither can read the other's.
 */
export type MysqlFlavour = "mysql" | "mariadb";

/** Both flavours. */
export const MYSQL_FLAVOURS: readonly MysqlFlavour[] = ["mysql", "mariadb"];

/** What is called differently. MariaDB's images have MySQL's names only in part, and say that they are old. */
export interface MysqlPrograms {
  /** What people call it. */
  readonly title: string;
  /** The server. */
  readonly server: string;
  /** The client that reads SQL. */
  readonly client: string;
  /** The client that asks and tells the server. */
  readonly admin: string;
  /** The program that writes a database as SQL. */
  readonly dump: string;
}

/** The programs of each flavour. */
export const MYSQL_PROGRAMS: Readonly<Record<MysqlFlavour, MysqlPrograms>> = {
  mysql: { title: "MySQL", server: "mysqld", client: "mysql", admin: "mysqladmin", dump: "mysqldump" },
  mariadb: { title: "MariaDB", server: "mariadbd", client: "mariadb", admin: "mariadb-admin", dump: "mariadb-dump" },
};

/**
 * The flavour of an image, by its name: whoever names an image after MariaDB means it.
 *
 * @example mysqlFlavour("docker.io/library/mysql:8.4.10"); // "mysql"
 * @example mysqlFlavour("mirror.example/library/mariadb:11.8"); // "mariadb"
 */
export function mysqlFlavour(reference: string): MysqlFlavour {
  const [, repository = ""] = /([^/]*)$/.exec(reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "")) ?? [];
  return repository.includes("mariadb") ? "mariadb" : "mysql";
}

/** Port of MySQL inside its container. */
export const MYSQL_PORT = 3306;

/** Where MySQL keeps its data. */
export const MYSQL_DATA_DIRECTORY = "/var/lib/mysql";

/** Where MySQL reads its settings, in its container: the files of {@link MYSQL_SETTINGS}. */
export const MYSQL_CONFIG_DIRECTORY = "/etc/mysql/conf.d";

/** Where the image looks for what to run on new data: the files of {@link MYSQL_INIT}. */
export const MYSQL_INIT_DIRECTORY = "/docker-entrypoint-initdb.d";

/** Where sorts and temporary tables that do not fit into memory go. */
export const MYSQL_TEMPORARY_DIRECTORY = "/var/tmp";

/** Where its socket is. */
export const MYSQL_SOCKET_DIRECTORY = "/var/run/mysqld";

/** Directory, among the files of {@link renderMysql}, of the settings. */
export const MYSQL_SETTINGS = "settings";

/** Directory, among the files of {@link renderMysql}, of what is run on new data. */
export const MYSQL_INIT = "init";

/** The superuser. */
export const MYSQL_ROOT = "root";

/** The user of the exporter: it reads statistics and nothing else. */
export const MYSQL_MONITORING_USER = "vigie_monitoring";

/** The user of the healthcheck: it may do nothing but sign in. */
export const MYSQL_HEALTH_USER = "vigie_health";

/** Names that no service may have, since MySQL or this component has them. */
export const MYSQL_RESERVED: readonly string[] = [
  MYSQL_ROOT,
  MYSQL_MONITORING_USER,
  MYSQL_HEALTH_USER,
  "mysql",
  "sys",
  "information_schema",
  "performance_schema",
];

/** The longest name of a user. MariaDB takes more; a name must fit both. */
export const MYSQL_LONGEST_USER = 32;

/** Memory of its container where none is given. */
export const MYSQL_MEMORY = "512MiB";

/** Path, in the container, of the file that holds a user's password. */
export function mysqlPasswordFile(user: string): string {
  return `/run/secrets/${user}-password`;
}

/** Path, in the container, of a client's option file with a user's name and password. */
export function mysqlOptionFile(user: string): string {
  return `/run/secrets/${user}.cnf`;
}

/** Renders a client's option file: a client that reads it needs no password in an argument or in its environment. */
export function renderMysqlOptions(
  user: string,
  password: string,
  server: { readonly host?: string; readonly port?: number } = {},
): string {
  const lines = [
    "[client]",
    `user = ${user}`,
    `password = "${password.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    ...Object.entries(server).map(([name, value]) => `${name} = ${value}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The healthcheck. Over TCP: the server that the image runs while it makes new data listens on its socket only. */
export function mysqlHealth(flavour: MysqlFlavour): readonly string[] {
  const { admin } = MYSQL_PROGRAMS[flavour];
  const options = `--defaults-extra-file=${mysqlOptionFile(MYSQL_HEALTH_USER)}`;
  return ["CMD", admin, options, "--protocol=tcp", "--host=127.0.0.1", "--connect-timeout=2", "ping"];
}

/** Replaces the image's entrypoint: looks whose data there is, and goes on to it. */
export const MYSQL_ENTRYPOINT: readonly string[] = ["/bin/sh", `${MYSQL_CONFIG_DIRECTORY}/start.sh`];

/** The image's command, by the name that the flavour has for its server. */
export function mysqlCommand(flavour: MysqlFlavour): readonly string[] {
  return [MYSQL_PROGRAMS[flavour].server];
}

/** What is set for MySQL. */
export interface MysqlSettings {
  /** Which of the two it is. */
  readonly flavour: MysqlFlavour;
  /** Its databases, each with a user of its name. */
  readonly databases: readonly string[];
  /** Memory of its container. Half of it is for pages of tables. @default "512MiB" */
  readonly memory?: string | undefined;
}

const LEAST_MEMORY = "384MiB";

/** Connections that it takes at once. Each has memory of its own beside the pages. */
export const MYSQL_CONNECTIONS = 100;

/** Those of them that no single user gets. */
const KEPT_CONNECTIONS = 10;

/** Seconds from which a query is slow: it is counted, and its text is in the log. */
export const MYSQL_SLOW_SECONDS = 1;

/**
 * Renders the files of MySQL: its settings, what looks whose data there is before the server starts, and the script
 * that gives each database its own user.
 *
 * @throws DeclarationError when the flavour is neither, or the memory is no size or too little.
 * @example
 * ```ts
 * renderMysql({ flavour: "mysql", databases: ["wordpress"], memory: "1GiB" });
 * ```
 */
export function renderMysql(settings: MysqlSettings): readonly ConfigFile[] {
  const { flavour, databases, memory = MYSQL_MEMORY } = settings;
  const bytes = toBytes(memory);
  const least = toBytes(LEAST_MEMORY) ?? 0;
  const problems: Problem[] = [];
  if (!MYSQL_FLAVOURS.includes(flavour)) {
    problems.push({ property: "flavour", given: flavour, allowed: `one of ${MYSQL_FLAVOURS.join(", ")}` });
  }
  if (bytes === undefined || bytes < least) {
    const allowed = `a size of at least ${LEAST_MEMORY}, such as "${MYSQL_MEMORY}"`;
    problems.push({ property: "memory", given: memory, allowed });
  }
  refuseIf("mysql", problems);
  return [
    textFile(`${MYSQL_SETTINGS}/vigie.cnf`, serverSettings(flavour, bytes ?? 0).join("\n")),
    textFile(`${MYSQL_SETTINGS}/start.sh`, startScript(flavour).join("\n")),
    textFile(`${MYSQL_INIT}/10-vigie.sh`, initScript(flavour, databases).join("\n")),
  ];
}

const MEBIBYTE = 1024 ** 2;

function serverSettings(flavour: MysqlFlavour, memory: number): string[] {
  return [
    "[mysqld]",
    // The other half and 64 MiB are for connections, their sorts, and the server itself.
    `innodb-buffer-pool-size = ${Math.floor(memory / MEBIBYTE / 2 - 64)}M`,
    `max-connections = ${MYSQL_CONNECTIONS}`,
    "# A service that opens ever more is refused before it keeps the exporter and the healthcheck out.",
    `max-user-connections = ${MYSQL_CONNECTIONS - KEPT_CONNECTIONS}`,
    "# Users are told by their password, not by the name of the machine that they come from.",
    "skip-name-resolve = ON",
    "# No replica reads changes from here, and they would fill the disk.",
    "skip-log-bin",
    "character-set-server = utf8mb4",
    "local-infile = OFF",
    "performance-schema = OFF",
    `tmpdir = ${MYSQL_TEMPORARY_DIRECTORY}`,
    "# What is slow is said in the container's log, with how long it took.",
    "slow-query-log = ON",
    `slow-query-log-file = ${SLOW_LOG}`,
    `long-query-time = ${MYSQL_SLOW_SECONDS}`,
    ...(flavour === "mysql" ? ["# The X protocol has a port of its own, which nobody uses here.", "mysqlx = OFF"] : []),
  ];
}

// In memory, and shown by `tail`.
const SLOW_LOG = "/tmp/slow.log";
const SLOW_LOG_BYTES = 4 * MEBIBYTE;

/** What only the data of a flavour has, in its data directory. */
const MARKS: Readonly<Record<MysqlFlavour, string>> = { mysql: "mysql.ibd", mariadb: "aria_log_control" };

function startScript(flavour: MysqlFlavour): string[] {
  const other: MysqlFlavour = flavour === "mysql" ? "mariadb" : "mysql";
  const [own, strange] = [MYSQL_PROGRAMS[flavour].title, MYSQL_PROGRAMS[other].title];
  return [
    "#!/bin/sh",
    "# Neither of the two reads the other's data: one that tries breaks it.",
    `if [ -e ${MYSQL_DATA_DIRECTORY}/${MARKS[other]} ]; then`,
    `  echo "[ERROR] [Vigie] this image is ${own}, and the data in ${MYSQL_DATA_DIRECTORY} is ${strange}'s. Nothing was changed. Go back to an image of ${strange} (config vigie:images, mysql), or dump the databases there and restore them into an empty volume." >&2`,
    "  exit 1",
    "fi",
    "# MySQL writes slow queries to a file only, and refuses a pipe. What has been said is cut off before it takes memory.",
    `: >> ${SLOW_LOG}`,
    `tail -n 0 -F ${SLOW_LOG} 2> /dev/null &`,
    `while sleep 60; do [ "$(wc -c < ${SLOW_LOG})" -lt ${SLOW_LOG_BYTES} ] || : > ${SLOW_LOG}; done &`,
    'exec docker-entrypoint.sh "$@"',
  ];
}

/**
 * The image runs it on new data; it may run again at any time on old data, and then adds what is missing.
 *
 * A user may do all in its own database and enters no other. Passwords are read from files and reach the server over
 * the client's standard input: they are in no argument, no environment and no log.
 */
function initScript(flavour: MysqlFlavour, databases: readonly string[]): string[] {
  const { client } = MYSQL_PROGRAMS[flavour];
  return [
    "#!/bin/sh",
    "# The image reads this file into its own shell: what is set in here must end in here.",
    "(",
    "set -eu",
    "user() {",
    `  password=$(sed "s/\\\\\\\\/\\\\\\\\\\\\\\\\/g; s/'/''/g" "/run/secrets/$1-password")`,
    "  for verb in 'CREATE USER IF NOT EXISTS' 'ALTER USER'; do",
    `    printf "%s '%s'@'%s' IDENTIFIED BY '%s';\\n" "$verb" "$1" "$2" "$password"`,
    "  done",
    "}",
    "database() {",
    "  user \"$1\" '%'",
    "  printf 'CREATE DATABASE IF NOT EXISTS `%s`;\\n' \"$1\"",
    "  # An underscore stands for any letter there, without the backslash.",
    "  printf 'GRANT ALL PRIVILEGES ON `%s`.* TO '\\''%s'\\''@'\\''%%'\\'';\\n' \"$(printf '%s' \"$1\" | sed 's/_/\\\\_/g')\" \"$1\"",
    "}",
    "statements=$(",
    `user ${MYSQL_HEALTH_USER} 127.0.0.1`,
    `user ${MYSQL_MONITORING_USER} '%'`,
    `printf '%s\\n' "ALTER USER '${MYSQL_MONITORING_USER}'@'%' WITH MAX_USER_CONNECTIONS 3;"`,
    `printf '%s\\n' "GRANT PROCESS ON *.* TO '${MYSQL_MONITORING_USER}'@'%';"`,
    ...databases.map((name) => `database ${name}`),
    ")",
    `printf '%s\\n' "$statements" | ${client} --defaults-extra-file=${mysqlOptionFile(MYSQL_ROOT)} --protocol=socket`,
    ")",
  ];
}

/** Port of mysqld_exporter inside its container. */
export const MYSQL_EXPORTER_PORT = 9104;

/** Name of the secret file, in `/run/secrets`, with the exporter's address, user and password. */
export const MYSQL_EXPORTER_OPTIONS = "mysql.cnf";

/** What the exporter reads: counters and settings of the whole server, and the sizes of tables. */
export const MYSQL_EXPORTER_COMMAND: readonly string[] = [
  `--config.my-cnf=/run/secrets/${MYSQL_EXPORTER_OPTIONS}`,
  "--collect.global_status",
  "--collect.global_variables",
  "--collect.info_schema.innodb_tablespaces",
  // There is no replica, and nothing is compressed.
  "--no-collect.slave_status",
  "--no-collect.info_schema.innodb_cmp",
  "--no-collect.info_schema.innodb_cmpmem",
  "--no-collect.info_schema.query_response_time",
];
