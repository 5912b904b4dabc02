/** Databases of PostgreSQL: each is one snapshot, and comes back as a database beside it that takes its name. */

import type { PostgresBackup } from "../../config/backup.ts";
import { postgresGrants } from "../../config/postgres.ts";
import type { DockerCommand } from "../docker-command.ts";
import type { BackupKind } from "./kind.ts";
import { ask, feed } from "./stream.ts";

const TERMINATE = (database: string): string =>
  `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid();`;

/** PostgreSQL. */
export const postgres: BackupKind<PostgresBackup> = {
  async version(engine, { name, container }) {
    const words = ["exec", container, "psql", "-XAt", "--username=postgres", "--command=SHOW server_version"];
    return (await ask(engine, words, `${name} does not say its version`)).split(" ")[0] ?? "";
  },

  parts: ({ container, databases }) =>
    databases.map((database) => ({
      name: database,
      // One transaction that sees one moment, whatever is written meanwhile.
      dump: ["exec", container, "pg_dump", "--username=postgres", "--format=custom", "--compress=0", database],
    })),

  async stage(engine, { name, container }, database, file) {
    const [fresh, before] = [`${database}_vigie_new`, `${database}_vigie_before`];
    const what = `database ${database} of ${name}`;
    const sql = (...statements: readonly string[]) => run(engine, container, statements, what);
    const drop = (gone: string) => `DROP DATABASE IF EXISTS "${gone}" WITH (FORCE);`;
    await sql(drop(fresh));
    await sql(drop(before));
    await sql(`CREATE DATABASE "${fresh}" OWNER "${database}" TEMPLATE template0;`);
    const clear = async () => {
      await sql(drop(fresh));
      await sql(drop(before));
    };
    // All connections end first, and none can begin: then both names change in one transaction.
    const rename = async (away: string, aside: string, back: string) => {
      await sql(`ALTER DATABASE "${away}" ALLOW_CONNECTIONS false;`);
      try {
        await sql(TERMINATE(away));
        await sql(
          "BEGIN;",
          `ALTER DATABASE "${away}" RENAME TO "${aside}";`,
          `ALTER DATABASE "${back}" RENAME TO "${away}";`,
          "COMMIT;",
        );
      } catch (error) {
        await sql(`ALTER DATABASE "${away}" ALLOW_CONNECTIONS true;`);
        throw error;
      }
      await sql(`ALTER DATABASE "${away}" ALLOW_CONNECTIONS true;`);
    };
    try {
      await sql(...postgresGrants(fresh));
      const restore = ["pg_restore", "--username=postgres", "--exit-on-error", "--single-transaction"];
      await feed(engine, ["exec", "--interactive", container, ...restore, `--dbname=${fresh}`], file, what);
    } catch (error) {
      await clear();
      throw error;
    }
    return { swap: () => rename(database, before, fresh), undo: () => rename(database, fresh, before), clear };
  },

  // Their connections are ended; they open new ones.
  users: async () => [],
};

async function run(
  engine: DockerCommand,
  container: string,
  statements: readonly string[],
  what: string,
): Promise<void> {
  const psql = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--username=postgres", "--dbname=postgres"];
  const text = `${statements.join("\n")}\n`;
  await feed(engine, ["exec", "--interactive", container, ...psql], { text }, what);
}
