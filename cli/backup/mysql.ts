/** Databases of MySQL and MariaDB: each is one snapshot, and comes back table by table, in one statement. */

import type { MysqlBackup } from "../../config/backup.ts";
import { MYSQL_PROGRAMS, MYSQL_ROOT, mysqlOptionFile } from "../../config/mysql.ts";
import type { DockerCommand } from "../docker-command.ts";
import type { BackupKind } from "./kind.ts";
import { ask, feed } from "./stream.ts";

const OPTIONS = `--defaults-extra-file=${mysqlOptionFile(MYSQL_ROOT)}`;

/** MySQL or MariaDB. */
export const mysql: BackupKind<MysqlBackup> = {
  async version(engine, source) {
    const [version = ""] = (await query(engine, source, "SELECT VERSION()")).split("-");
    return `${source.flavour} ${version}`;
  },

  parts: ({ container, databases, flavour }) =>
    databases.map((database) => ({
      name: database,
      dump: [
        ...["exec", container, MYSQL_PROGRAMS[flavour].dump, OPTIONS],
        // One transaction that sees one moment, whatever is written meanwhile.
        ...["--single-transaction", "--quick", "--hex-blob", "--default-character-set=utf8mb4", "--no-tablespaces"],
        ...["--routines", "--triggers", "--events", ...(flavour === "mysql" ? ["--set-gtid-purged=OFF"] : [])],
        database,
      ],
    })),

  async stage(engine, source, database, file) {
    const [fresh, before] = [`${database}_vigie_new`, `${database}_vigie_before`];
    const what = `database ${database} of ${source.name}`;
    const sql = (text: string) => query(engine, source, text, what);
    const clear = async () => {
      await sql(`DROP DATABASE IF EXISTS \`${fresh}\`; DROP DATABASE IF EXISTS \`${before}\``);
    };
    // All of them change places in one statement, or none does.
    const rename = async (moves: readonly (readonly [from: string, to: string])[]) => {
      const lists = await Promise.all(moves.map(async ([from, to]) => [from, to, await tablesOf(sql, from)] as const));
      const renamed = lists.flatMap(([from, to, tables]) =>
        tables.map((table) => `\`${from}\`.\`${table}\` TO \`${to}\`.\`${table}\``),
      );
      if (renamed.length > 0) await sql(`SET SESSION lock_wait_timeout = 30; RENAME TABLE ${renamed.join(", ")}`);
    };
    await clear();
    await sql(`CREATE DATABASE \`${fresh}\`; CREATE DATABASE \`${before}\``);
    try {
      const client = [MYSQL_PROGRAMS[source.flavour].client, OPTIONS, "--default-character-set=utf8mb4"];
      const words = ["exec", "--interactive", source.container, ...client, fresh];
      await feed(engine, words, file, what);
      await refuseOthers(sql, [database, fresh], what);
    } catch (error) {
      await clear();
      throw error;
    }
    return {
      swap: () =>
        rename([
          [database, before],
          [fresh, database],
        ]),
      undo: () =>
        rename([
          [database, fresh],
          [before, database],
        ]),
      clear,
    };
  },

  // What they write until the tables change places is gone; nothing of theirs is half.
  users: async () => [],
};

type Sql = (text: string) => Promise<string>;

async function tablesOf(sql: Sql, database: string): Promise<readonly string[]> {
  const found = await sql(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${database}' AND TABLE_TYPE = 'BASE TABLE'`,
  );
  return found.split("\n").filter((table) => table !== "");
}

/** What can't be moved to another database. */
const OTHERS: readonly (readonly [what: string, table: string, column: string])[] = [
  ["views", "VIEWS", "TABLE_SCHEMA"],
  ["triggers", "TRIGGERS", "TRIGGER_SCHEMA"],
  ["routines", "ROUTINES", "ROUTINE_SCHEMA"],
  ["events", "EVENTS", "EVENT_SCHEMA"],
];

async function refuseOthers(sql: Sql, databases: readonly string[], what: string): Promise<void> {
  const names = databases.map((database) => `'${database}'`).join(", ");
  const counts = OTHERS.map(
    ([label, table, column]) =>
      `SELECT '${label}' FROM information_schema.${table} WHERE ${column} IN (${names}) GROUP BY '${label}'`,
  );
  const found = (await sql(counts.join(" UNION "))).split("\n").filter((line) => line !== "");
  if (found.length === 0) return;
  throw new Error(
    `${what}: it has ${found.join(", ")}, which MySQL does not move from one database to another. They are in the backup's file, which is SQL: load it by hand.`,
  );
}

async function query(engine: DockerCommand, source: MysqlBackup, text: string, what = source.name): Promise<string> {
  const client = [MYSQL_PROGRAMS[source.flavour].client, OPTIONS, "--batch", "--skip-column-names"];
  return ask(engine, ["exec", source.container, ...client, `--execute=${text}`], what);
}
