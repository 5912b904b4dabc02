/** Databases of MySQL and MariaDB: each is one snapshot, and comes back table by table, in one statement. */

import type { MysqlBackup } from "../../config/backup.ts";
import { MYSQL_HEALTH_USER, MYSQL_PROGRAMS, MYSQL_ROOT, mysqlOptionFile } from "../../config/mysql.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Job } from "../containers/job.ts";
import type { Beside, Looked } from "./beside.ts";
import type { BackupKind } from "./kind.ts";
import { lookAnswer, lookQuestion } from "./mysql-look.ts";
import { madeAs, quoted } from "./mysql-sql.ts";
import { ask, feed } from "./stream.ts";

const OPTIONS = `--defaults-extra-file=${mysqlOptionFile(MYSQL_ROOT)}`;

/** Who loads a dump: a user that may do nothing else, so that whatever is in it reaches the new tables alone. */
const LOADER = `'${MYSQL_HEALTH_USER}'@'127.0.0.1'`;

/** MySQL or MariaDB. */
export const mysql: BackupKind<MysqlBackup> = {
  async version(engine, source) {
    const [version = ""] = (await query(engine, source, "SELECT VERSION()")).split("-");
    return `${source.flavour} ${version}`;
  },

  parts: ({ databases }) => databases,

  look,

  dump: ({ container, flavour }, database, { made }) => ({
    in: container,
    command: [
      ...[MYSQL_PROGRAMS[flavour].dump, OPTIONS],
      // One transaction that sees one moment, whatever is written meanwhile.
      ...["--single-transaction", "--quick", "--hex-blob", "--default-character-set=utf8mb4", "--no-tablespaces"],
      ...["--routines", "--triggers", "--events", ...(flavour === "mysql" ? ["--set-gtid-purged=OFF"] : [])],
      ...(made.history === undefined ? [] : ["--dump-history"]),
      database,
    ],
  }),

  async stage(engine, source, part) {
    const { name: database, beside } = part;
    const [fresh, before] = [`${database}_vigie_new`, `${database}_vigie_before`];
    const what = `database ${database} of ${source.name}`;
    const sql = (text: string) => query(engine, source, text, what);
    const clear = async () => {
      await sql(`DROP DATABASE IF EXISTS ${quoted(fresh)}; DROP DATABASE IF EXISTS ${quoted(before)}`);
    };
    await clear();
    const earlier = await look(engine, source, database);
    await sql(`CREATE DATABASE ${quoted(before)}; CREATE DATABASE ${madeAs(fresh, beside, source.flavour)}`);
    try {
      await asLoader(sql, fresh, async () => feed(engine, loading(source, fresh), await part.read(), what));
      const { refused } = await look(engine, source, fresh);
      if (refused.length > 0) throw new Error(`${what}: it has ${refused.join(", ")}`);
    } catch (error) {
      await clear();
      throw error;
    }
    const make = (as: Beside) => sql(`ALTER DATABASE ${madeAs(database, as, source.flavour)}`);
    const undo = async () => {
      await rename(sql, [database, fresh], [before, database]);
      await make(earlier);
    };
    const swap = async () => {
      await rename(sql, [database, before], [fresh, database]);
      await make(beside).catch(async (error) => {
        await undo();
        throw error;
      });
    };
    return { swap, undo, clear };
  },

  // What they write until the tables change places is gone; nothing of theirs is half.
  users: async () => [],
};

/** Asks, and gives the answer. */
export type Sql = (text: string) => Promise<string>;

/** All of them change places in one statement, or none does. */
async function rename(sql: Sql, ...moves: readonly (readonly [from: string, to: string])[]): Promise<void> {
  const lists = await Promise.all(moves.map(async ([from, to]) => [from, to, await tablesOf(sql, from)] as const));
  const renamed = lists.flatMap(([from, to, tables]) =>
    tables.map((table) => `${quoted(from)}.${quoted(table)} TO ${quoted(to)}.${quoted(table)}`),
  );
  if (renamed.length > 0) await sql(`SET SESSION lock_wait_timeout = 30; RENAME TABLE ${renamed.join(", ")}`);
}

/** Tables, versioned ones and sequences among them. */
export async function tablesOf(sql: Sql, database: string): Promise<readonly string[]> {
  const found = await sql(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${database}' AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')`,
  );
  return found.split("\n").filter((table) => table !== "");
}

/** What loads a dump. Its own commands, which would run programs, are none to the client. */
function loading({ container, flavour }: MysqlBackup, database: string): Job {
  const options = `--defaults-extra-file=${mysqlOptionFile(MYSQL_HEALTH_USER)}`;
  const command = [
    ...[MYSQL_PROGRAMS[flavour].client, options],
    ...["--protocol=tcp", "--host=127.0.0.1", "--default-character-set=utf8mb4"],
    ...["--binary-mode", "--loose-sandbox", "--local-infile=OFF", database],
  ];
  return { in: container, command, hears: true };
}

/** Gives the loader a database for as long as some work takes. */
async function asLoader(sql: Sql, database: string, work: () => Promise<void>): Promise<void> {
  // An underscore stands for any letter there, without the backslash.
  const all = `${quoted(database.replaceAll("_", "\\_"))}.*`;
  await sql(`GRANT ALL PRIVILEGES ON ${all} TO ${LOADER}`);
  try {
    await work();
  } finally {
    await sql(`REVOKE ALL PRIVILEGES ON ${all} FROM ${LOADER}`);
  }
}

async function look(engine: ContainerEngine, source: MysqlBackup, database: string): Promise<Looked> {
  const question = lookQuestion(database, source.flavour);
  return lookAnswer(await query(engine, source, question, `database ${database} of ${source.name}`));
}

/** Asks as the superuser. */
export async function query(
  engine: ContainerEngine,
  source: MysqlBackup,
  text: string,
  what = source.name,
): Promise<string> {
  const client = [MYSQL_PROGRAMS[source.flavour].client, OPTIONS, "--batch", "--raw", "--skip-column-names"];
  return ask(engine, { in: source.container, command: [...client, `--execute=${text}`] }, what);
}
