/** A PostgreSQL that is thrown away, for a backup to come back into. */

import type { PostgresBackup } from "../../config/backup.ts";
import { images } from "../../config/images.ts";
import type { DockerCommand } from "../docker-command.ts";
import { look, ofDatabase, postgres, run, SUPERUSER } from "./postgres.ts";
import { identifier } from "./postgres-sql.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { pairsOf, untilReady } from "./scratch.ts";
import { ask } from "./stream.ts";

const MEMORY = "384m";

/** PostgreSQL. */
export const postgresProof: ProofKind<PostgresBackup> = {
  async scratch(engine, source, { name, labels }) {
    const what = `the scratch store of ${source.name}`;
    const image = await ask(engine, ["inspect", "--format={{.Image}}", source.container], what);
    const { user } = images.postgres;
    const [uid, gid] = user.split(":");
    const tmpfs = ["/tmp", "/var/run/postgresql"].map((path) => `--tmpfs=${path}:uid=${uid},gid=${gid},mode=0700`);
    await ask(
      engine,
      [
        ...["run", "--detach", `--name=${name}`, ...labels, ...ISOLATED, `--user=${user}`, `--memory=${MEMORY}`],
        // Nothing reaches it but what is started in it.
        ...[...tmpfs, "--volume=/var/lib/postgresql", `--env=POSTGRES_USER=${SUPERUSER}`],
        // What it holds need not outlive a power cut.
        ...["--env=POSTGRES_HOST_AUTH_METHOD=trust", "--env=POSTGRES_INITDB_ARGS=--no-sync"],
        ...[image, "postgres", "-c", "fsync=off"],
      ],
      what,
    );
    await untilReady(engine, ["exec", name, "pg_isready", "--quiet", "--host=127.0.0.1"], name, what);
    const scratch = { ...source, container: name };
    for (const database of source.databases) await furnish(engine, source, scratch, database);
    return scratch;
  },

  text: (source, database, beside) => {
    const [, container = "", ...dump] = postgres.dump(source, database, beside);
    return ["exec", container, "sh", "-c", '"$@" | pg_restore --file=-', "sh", ...dump];
  },

  kept: ({ container }) => ["exec", "--interactive", container, "pg_restore", "--file=-"],

  // What was kept may be of an older version.
  noise: /^(?:\\(?:un)?restrict |-- Dumped (?:from database|by pg_dump) version )/,

  sorted: false,

  async count(engine, { name, container }, database) {
    const psql = ["exec", container, "psql", "-XAtq", `--username=${SUPERUSER}`, `--dbname=${database}`];
    const what = `the tables of ${database} of ${name}`;
    const counts =
      "SELECT coalesce(string_agg(format('SELECT %L, count(*) FROM %I.%I', format('%I.%I', n.nspname, relname), n.nspname, relname), ' UNION ALL '), 'SELECT NULL, 0 WHERE false') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
    const question = await ask(engine, [...psql, `--command=SET search_path = pg_catalog; ${counts}`], what);
    return pairsOf(await ask(engine, [...psql, `--command=${question}`], what), "|");
  },
};

/** Gives a scratch database what a superuser has given the one of the stack: never what only a backup says. */
async function furnish(
  engine: DockerCommand,
  source: PostgresBackup,
  scratch: PostgresBackup,
  database: string,
): Promise<void> {
  const what = `the scratch store of ${source.name}`;
  const { given, present } = await look(engine, source, database);
  const there = await look(engine, scratch, SUPERUSER);
  const roles = present.filter((each) => !there.present.includes(each)).map((each) => `${each};`);
  const its = identifier(database);
  await run(
    engine,
    scratch.container,
    [SUPERUSER, SUPERUSER],
    [...roles, `ALTER ROLE ${its} LOGIN;`, `CREATE DATABASE ${its} OWNER ${its};`],
    what,
  );
  const gifts = given
    .filter((each) => !there.present.includes(each) && !present.includes(each))
    .flatMap((each) => (each.includes(':"DBNAME"') ? ofDatabase(each, database) : [`${each};`]));
  await run(engine, scratch.container, [SUPERUSER, database], gifts, what);
}
