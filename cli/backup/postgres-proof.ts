/** A PostgreSQL that is thrown away, for a backup to come back into. */

import type { PostgresBackup } from "../../config/backup.ts";
import { images } from "../../config/images.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { NewContainer } from "../containers/job.ts";
import { dumping, look, ofDatabase, run, SUPERUSER } from "./postgres.ts";
import { identifier } from "./postgres-sql.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { pairsOf, untilReady } from "./scratch.ts";
import { ask, told } from "./stream.ts";

/** In MiB. */
const MEMORY = 384;

/** PostgreSQL. */
export const postgresProof: ProofKind<PostgresBackup> = {
  async scratch(engine, source, { name, labels }) {
    const what = `the scratch store of ${source.name}`;
    const { image } = await told(what, engine.inspect(source.container));
    const { user } = images.postgres;
    const container: NewContainer = {
      ...ISOLATED,
      ...{ name, labels, image, user, memory: MEMORY },
      scratch: ["/tmp", "/var/run/postgresql"].map((at) => ({ at, owner: user, mode: "0700" })),
      mounts: [{ at: "/var/lib/postgresql" }],
      variables: {
        POSTGRES_USER: SUPERUSER,
        // Nothing reaches it but what is started in it.
        POSTGRES_HOST_AUTH_METHOD: "trust",
        // What it holds need not outlive a power cut.
        POSTGRES_INITDB_ARGS: "--no-sync",
      },
      command: ["postgres", "-c", "fsync=off"],
    };
    await told(what, engine.launch(container));
    await untilReady(engine, { in: name, command: ["pg_isready", "--quiet", "--host=127.0.0.1"] }, name, what);
    const scratch = { ...source, container: name };
    for (const database of source.databases) await furnish(engine, source, scratch, database);
    return scratch;
  },

  text: (source, database, beside) => {
    return {
      in: source.container,
      command: ["sh", "-c", '"$@" | pg_restore --file=-', "sh", ...dumping(database, beside)],
    };
  },

  kept: ({ container }) => ({ in: container, command: ["pg_restore", "--file=-"], hears: true }),

  // What was kept may be of an older version.
  noise: /^(?:\\(?:un)?restrict |-- Dumped (?:from database|by pg_dump) version )/,

  sorted: false,

  async count(engine, { name, container }, database) {
    const psql = ["psql", "-XAtq", `--username=${SUPERUSER}`, `--dbname=${database}`];
    const asked = (text: string) => ask(engine, { in: container, command: [...psql, `--command=${text}`] }, what);
    const what = `the tables of ${database} of ${name}`;
    const counts =
      "SELECT coalesce(string_agg(format('SELECT %L, count(*) FROM %I.%I', format('%I.%I', n.nspname, relname), n.nspname, relname), ' UNION ALL '), 'SELECT NULL, 0 WHERE false') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
    const question = await asked(`SET search_path = pg_catalog; ${counts}`);
    return pairsOf(await asked(question), "|");
  },
};

/** Gives a scratch database what a superuser has given the one of the stack: never what only a backup says. */
async function furnish(
  engine: ContainerEngine,
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
