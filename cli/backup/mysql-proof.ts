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
import { mysql, query, tablesOf } from "./mysql.ts";
import { quoted } from "./mysql-sql.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { pairsOf, untilReady } from "./scratch.ts";
import { ask } from "./stream.ts";

const MEMORY = "512m";

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
    const image = await ask(engine, ["inspect", "--format={{.Image}}", source.container], what);
    const { user } = images.mysql;
    const [uid, gid] = user.split(":");
    const tmpfs = ["/tmp", MYSQL_SOCKET_DIRECTORY, "/run/secrets", MYSQL_INIT_DIRECTORY].map(
      (path) => `--tmpfs=${path}:uid=${uid},gid=${gid},mode=0700`,
    );
    const made = source.databases.map((database) => `CREATE DATABASE ${quoted(database)}`);
    const first = [`CREATE USER '${MYSQL_HEALTH_USER}'@'127.0.0.1'`, ...made].join("; ");
    await ask(
      engine,
      [
        ...["run", "--detach", `--name=${name}`, ...labels, ...ISOLATED, `--user=${user}`, `--memory=${MEMORY}`],
        ...[...tmpfs, `--volume=${MYSQL_DATA_DIRECTORY}`, `--volume=${MYSQL_TEMPORARY_DIRECTORY}`],
        ...["--env=MYSQL_ALLOW_EMPTY_PASSWORD=1", "--env=MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1"],
        ...["--env=MYSQL_ROOT_HOST=localhost", "--entrypoint=sh", image, "-euc", START, "sh", first, server],
        ...["--skip-log-bin", "--skip-name-resolve", "--performance-schema=OFF", "--local-infile=OFF"],
        // What it holds need not outlive a power cut.
        ...["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"],
        ...["--character-set-server=utf8mb4", `--tmpdir=${MYSQL_TEMPORARY_DIRECTORY}`],
      ],
      what,
    );
    const options = `--defaults-extra-file=${mysqlOptionFile(MYSQL_HEALTH_USER)}`;
    const ping = ["exec", name, admin, options, "--protocol=tcp", "--host=127.0.0.1", "--connect-timeout=2", "ping"];
    await untilReady(engine, ping, name, what);
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
