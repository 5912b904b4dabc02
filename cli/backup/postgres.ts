/** Databases of PostgreSQL: each is one snapshot, and comes back as a database beside it that takes its name. */

import type { PostgresBackup } from "../../config/backup.ts";
import { postgresGrants } from "../../config/postgres.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Beside, Looked } from "./beside.ts";
import type { BackupKind } from "./kind.ts";
import { LOOK } from "./postgres-look.ts";
import { createdAs, identifier, settled } from "./postgres-sql.ts";
import { ask, feed } from "./stream.ts";

/** The superuser, and the database that it is at home in. */
export const SUPERUSER = "postgres";

const terminate = (database: string): string =>
  `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid();`;

/** PostgreSQL. */
export const postgres: BackupKind<PostgresBackup> = {
  async version(engine, { name, container }) {
    const command = ["psql", "-XAt", `--username=${SUPERUSER}`, "--command=SHOW server_version"];
    return (await ask(engine, { in: container, command }, `${name} does not say its version`)).split(" ")[0] ?? "";
  },

  parts: ({ databases }) => databases,

  look,

  dump: (source, database, beside) => ({ in: source.container, command: dumping(database, beside) }),

  async stage(engine, source, part) {
    const { name, container } = source;
    const { name: database, beside } = part;
    const [fresh, before] = [`${database}_vigie_new`, `${database}_vigie_before`];
    const what = `database ${database} of ${name}`;
    const sql = (...statements: readonly string[]) => run(engine, container, [SUPERUSER, "postgres"], statements, what);
    const drop = (gone: string) => `DROP DATABASE IF EXISTS ${identifier(gone)} WITH (FORCE);`;
    const clear = () => sql(drop(fresh), drop(before));
    const { given } = await look(engine, source, database);
    const gifts = given.filter((each) => beside.given.includes(each));
    await clear();
    await sql(createdAs(fresh, database, beside));
    try {
      await sql(...postgresGrants(fresh), ...gifts.flatMap((each) => ofDatabase(each, fresh)));
      const extensions = gifts.filter((each) => EXTENSION.test(each)).map((each) => `${each};`);
      // It is empty until here: from now on nobody but its owner works in it.
      await run(engine, container, [SUPERUSER, fresh], extensions, what);
      const restore = ["pg_restore", `--username=${database}`, "--format=custom", "--exit-on-error"];
      const command = [...restore, "--single-transaction", `--dbname=${fresh}`];
      await feed(engine, { in: container, command, hears: true }, await part.read(), what);
      await run(engine, container, [database, fresh], settled(fresh, database, beside), what);
    } catch (error) {
      await clear();
      throw error;
    }
    const rename = renamer(sql);
    return { swap: () => rename(database, before, fresh), undo: () => rename(database, fresh, before), clear };
  },

  // Their connections are ended; they open new ones.
  users: async () => [],
};

const EXTENSION = /^CREATE EXTENSION ("(?:[^"]|"")+"|\S+) SCHEMA /;

/** The command that dumps a database, in its container. */
export function dumping(database: string, { given }: Beside): readonly string[] {
  return [
    // One transaction that sees one moment, whatever is written meanwhile.
    ...["pg_dump", `--username=${SUPERUSER}`, "--format=custom", "--compress=0"],
    // Those are made before the dump comes back, by what the stack has.
    ...given.flatMap((each) => {
      const [, name] = EXTENSION.exec(each) ?? [];
      return name === undefined ? [] : [`--exclude-extension=${name.startsWith('"') ? name : `"${name}"`}`];
    }),
    database,
  ];
}

/** The statement for a database of another name, where it is one on a database. */
export function ofDatabase(gift: string, database: string): readonly string[] {
  const place = /^(ALTER DATABASE |ALTER ROLE (?:"(?:[^"]|"")+"|\S+) IN DATABASE ):"DBNAME"/.exec(gift);
  return place === null ? [] : [`${place[1]}${identifier(database)}${gift.slice(place[0].length)};`];
}

/** What a database has beside its dump. */
export async function look(
  engine: ContainerEngine,
  { name, container }: PostgresBackup,
  database: string,
): Promise<Looked> {
  const psql = ["psql", "-XAtq", `--username=${SUPERUSER}`, `--dbname=${database}`];
  const job = { in: container, command: [...psql, `--command=${LOOK}`] };
  const answer = await ask(engine, job, `database ${database} of ${name}`);
  return JSON.parse(answer) as Looked;
}

/** All connections end first, and none can begin: then both names change in one transaction. */
const renamer =
  (sql: (...statements: readonly string[]) => Promise<void>) => async (away: string, aside: string, back: string) => {
    const connections = (allowed: boolean) => sql(`ALTER DATABASE ${identifier(away)} ALLOW_CONNECTIONS ${allowed};`);
    await connections(false);
    try {
      await sql(
        terminate(away),
        "BEGIN;",
        `ALTER DATABASE ${identifier(away)} RENAME TO ${identifier(aside)};`,
        `ALTER DATABASE ${identifier(back)} RENAME TO ${identifier(away)};`,
        "COMMIT;",
      );
    } finally {
      await connections(true);
    }
  };

/** Runs statements as a role, in a database. */
export async function run(
  engine: ContainerEngine,
  container: string,
  [role, database]: readonly [role: string, database: string],
  statements: readonly string[],
  what: string,
): Promise<void> {
  if (statements.length === 0) return;
  const psql = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", `--username=${role}`];
  const text = `${statements.join("\n")}\n`;
  await feed(engine, { in: container, command: [...psql, `--dbname=${database}`], hears: true }, { text }, what);
}
