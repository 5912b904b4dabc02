/** A MySQL or MariaDB that is thrown away, for a backup to come back into. */

import type { MysqlBackup } from "../../config/backup.ts";
import { images } from "../../config/images.ts";
import {
  MYSQL_DATA_DIRECTORY,
  MYSQL_HEALTH_USER,
  MYSQL_INIT_DIRECTORY,
  MYSQL_PROGRAMS,
  MYSQL_ROOT,
  MYSQL_SOCKET_DIRECTORY,
  MYSQL_TEMPORARY_DIRECTORY,
  mysqlOptionFile,
} from "../../config/mysql.ts";
import type { NewContainer } from "../containers/job.ts";
import { mysql, query, tablesOf } from "./mysql.ts";
import { quoted } from "./mysql-sql.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { pairsOf, untilReady } from "./scratch.ts";
import { told } from "./stream.ts";

/** In MiB. */
const MEMORY = 512;

/**
 * It has no passwords, since nothing reaches it: the files of its clients name their users only. Whoever asks whether it
 * is ready is made by the image's own first start, with the databases: a server has answered nobody before it has both.
 */
const START = [
  ...[MYSQL_ROOT, MYSQL_HEALTH_USER].map((user) => `printf '[client]\\nuser = ${user}\\n' > ${mysqlOptionFile(user)}`),
  `printf '%s;\\n' "$1" > ${MYSQL_INIT_DIRECTORY}/10-vigie.sql`,
  "shift",
  'exec docker-entrypoint.sh "$@"',
].join("; ");

/** MySQL or MariaDB. */
export const mysqlProof: ProofKind<MysqlBackup> = {
  async scratch(engine, source, { name, labels }) {
    const what = `the scratch store of ${source.name}`;
    const { server, admin } = MYSQL_PROGRAMS[source.flavour];
    const { image } = await told(what, engine.inspect(source.container));
    const { user } = images.mysql;
    const made = source.databases.map((database) => `CREATE DATABASE ${quoted(database)}`);
    const first = [`CREATE USER '${MYSQL_HEALTH_USER}'@'127.0.0.1'`, ...made].join("; ");
    const scratch = ["/tmp", MYSQL_SOCKET_DIRECTORY, "/run/secrets", MYSQL_INIT_DIRECTORY];
    const container: NewContainer = {
      ...ISOLATED,
      ...{ name, labels, image, user, memory: MEMORY, program: "sh" },
      scratch: scratch.map((at) => ({ at, owner: user, mode: "0700" })),
      mounts: [{ at: MYSQL_DATA_DIRECTORY }, { at: MYSQL_TEMPORARY_DIRECTORY }],
      variables: {
        MYSQL_ALLOW_EMPTY_PASSWORD: "1",
        MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1",
        MYSQL_ROOT_HOST: "localhost",
      },
      command: [
        ...["-euc", START, "sh", first, server],
        ...["--skip-log-bin", "--skip-name-resolve", "--performance-schema=OFF", "--local-infile=OFF"],
        // What it holds need not outlive a power cut.
        ...["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"],
        ...["--character-set-server=utf8mb4", `--tmpdir=${MYSQL_TEMPORARY_DIRECTORY}`],
      ],
    };
    await told(what, engine.launch(container));
    const options = `--defaults-extra-file=${mysqlOptionFile(MYSQL_HEALTH_USER)}`;
    const ping = [admin, options, "--protocol=tcp", "--host=127.0.0.1", "--connect-timeout=2", "ping"];
    await untilReady(engine, { in: name, command: ping }, name, what);
    return { ...source, container: name };
  },

  text: mysql.dump,

  kept: () => undefined,

  // Its version ends in `-log` where slow queries are said, and what was kept may be of an older one.
  noise: /^-- (?:Dump completed|Server version\t|(?:MariaDB|MySQL) dump )/,

  sorted: false,

  async count(engine, source, database) {
    const what = `the tables of ${database} of ${source.name}`;
    const tables = await tablesOf((text) => query(engine, source, text, what), database);
    if (tables.length === 0) return new Map();
    const counts = tables.map(
      (table) =>
        `SELECT '${table.replaceAll("\\", "\\\\").replaceAll("'", "''")}', COUNT(*) FROM ${quoted(database)}.${quoted(table)}`,
    );
    return pairsOf(await query(engine, source, counts.join(" UNION ALL "), what), "\t");
  },
};
