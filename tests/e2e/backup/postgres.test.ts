import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bringBack } from "../../../cli/backup/bring-back.ts";
import { type Manifest, readBackup } from "../../../cli/backup/manifest.ts";
import { saveBackup } from "../../../cli/backup/save.ts";
import { docker, run, sh } from "../shell.ts";
import { forge } from "./forge.ts";
import { bringImages, Stores } from "./stores.ts";

/** What a database of PostgreSQL is, beside its tables, and who may do what while it comes back. */
let stores: Stores;

beforeAll(async () => {
  stores = new Stores(await bringImages(), ["shop", "word_count"]);
  await stores.startPostgres();
});

afterAll(() => stores.remove());

const pg = (database: string, ...texts: readonly string[]) => stores.pg(database, ...texts);
const one = async (database: string, text: string) => (await pg(database, text)).join("\n");
let count = 0;
/** Keeps one database: each takes a dozen commands in the container. */
const keep = async (database = "shop") => {
  const directory = path.join(stores.directory, `backup-${count++}`);
  const sources = [{ ...stores.ofPostgres, databases: [database] }];
  await saveBackup({ stack: "vigie/test", sources, engine: stores.engine, directory });
  return directory;
};
const back = async (directory: string) =>
  bringBack({ directory, ...(await readBackup(directory)), sources: [stores.ofPostgres], engine: stores.engine });

const SHOP = [
  "CREATE SCHEMA shop",
  "CREATE TABLE shop.films (id serial PRIMARY KEY, title text, price numeric GENERATED ALWAYS AS (7) STORED)",
  "INSERT INTO shop.films (title) VALUES ('Alien'), ('Solaris')",
  "CREATE SEQUENCE shop.numbers START 40",
  "SELECT nextval('shop.numbers')",
  "CREATE MATERIALIZED VIEW shop.many AS SELECT count(*) FROM shop.films",
  "CREATE EXTENSION pg_trgm SCHEMA public",
  "SELECT lo_from_bytea(4711, 'a large object')",
  "CREATE TABLE shop.secrets (word text)",
  "ALTER TABLE shop.secrets ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY everybody ON shop.secrets TO reporting USING (true)",
  "GRANT USAGE ON SCHEMA shop TO reporting",
  "GRANT SELECT (title) ON shop.films TO reporting WITH GRANT OPTION",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO reporting",
  "CREATE PUBLICATION films FOR TABLE shop.films",
  "GRANT TEMPORARY ON DATABASE shop TO reporting WITH GRANT OPTION",
];

/** All that a database has of such things, as text. */
const STATE = `SELECT json_build_array(
  (SELECT json_agg(json_build_array(setrole::regrole, (SELECT array_agg(c ORDER BY c) FROM unnest(setconfig) c)) ORDER BY setrole::regrole::text) FROM pg_db_role_setting WHERE setdatabase = d.oid),
  pg_encoding_to_char(encoding), datlocprovider, datcollate, datctype, datlocale, datconnlimit, shobj_description(d.oid, 'pg_database'),
  (SELECT json_agg(a::text ORDER BY a::text) FROM unnest(datacl) a), datdba::regrole,
  (SELECT json_agg(json_build_array(relname, relowner::regrole, relacl, relrowsecurity) ORDER BY relname) FROM pg_class WHERE relnamespace::regnamespace::text = 'shop'),
  (SELECT json_agg(json_build_array(attname, attacl)) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384),
  (SELECT json_agg(json_build_array(defaclrole::regrole, defaclacl)) FROM pg_default_acl),
  (SELECT json_agg(json_build_array(extname, extnamespace::regnamespace) ORDER BY extname) FROM pg_extension),
  (SELECT json_agg(json_build_array(pubname, pubowner::regrole)) FROM pg_publication),
  (SELECT json_agg(json_build_array(oid, lomowner::regrole, convert_from(lo_get(oid), 'UTF8'))) FROM pg_largeobject_metadata),
  (SELECT json_agg(json_build_array(sequencename, last_value) ORDER BY sequencename) FROM pg_sequences),
  (SELECT json_agg(m) FROM shop.many m), (SELECT json_agg(f) FROM shop.films f),
  (SELECT json_agg(json_build_array(polname, polroles::regrole[])) FROM pg_policy)
) FROM pg_database d WHERE datname = current_database()`;

describe("a database of PostgreSQL", () => {
  let kept: string;
  let before: string;

  test("comes back with its settings, rights, extensions, publications and large objects", async () => {
    await pg("postgres", "CREATE ROLE reporting");
    await pg("shop", "SET ROLE shop", "SET search_path = public", ...SHOP);
    await pg(
      "shop",
      "SET search_path = public",
      "ALTER DATABASE shop SET timezone TO 'Europe/Paris'",
      'ALTER DATABASE shop SET search_path = shop, "A name, and more", public',
      `ALTER DATABASE shop SET shop.tenant = 'it''s \\ :"DBNAME" $1'`,
      "ALTER DATABASE shop SET log_min_duration_statement = 500",
      "ALTER DATABASE shop CONNECTION LIMIT 77",
      "COMMENT ON DATABASE shop IS 'the shop''s'",
      "ALTER ROLE shop IN DATABASE shop SET search_path = shop",
      "ALTER ROLE reporting IN DATABASE shop SET work_mem = '8MB'",
      "CREATE EXTENSION pageinspect SCHEMA public",
    );
    before = await one("shop", STATE);
    kept = await keep();
    await pg(
      "shop",
      "DROP SCHEMA shop CASCADE",
      "SELECT lo_unlink(4711); DROP EXTENSION pg_trgm",
      "ALTER DATABASE shop SET timezone TO 'Asia/Tokyo'",
      "ALTER ROLE shop IN DATABASE shop RESET search_path",
      "REVOKE ALL ON DATABASE shop FROM reporting",
    );
    await back(kept);
    expect(JSON.parse(await one("shop", STATE))).toEqual(JSON.parse(before));
    expect(await one("shop", "SHOW timezone")).toBe("Europe/Paris");
    // What the report saw: its owner finds its tables by its own path.
    const [, found] = await docker("exec", stores.postgres, "psql", "-XAtU", "shop", "-c", "SELECT title FROM films");
    expect(found).toBe("Solaris");
  });

  test("comes back with its letters and their order, whatever the server's own are", async () => {
    await pg(
      "postgres",
      "DROP DATABASE word_count",
      "CREATE DATABASE word_count OWNER word_count TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    await pg(
      "word_count",
      "SET ROLE word_count",
      "CREATE TABLE words AS SELECT 'Élan' AS word",
      "DROP SCHEMA IF EXISTS gone",
    );
    const directory = await keep("word_count");
    await pg("word_count", "DROP TABLE words");
    await back(directory);
    const made = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'word_count'";
    expect(await one("postgres", made)).toBe("LATIN1|C");
    expect(await one("word_count", "SELECT word FROM words")).toBe("Élan");
  });

  test("comes back with an order of ICU's, and without the schema that was dropped", async () => {
    await pg(
      "postgres",
      "DROP DATABASE word_count",
      "CREATE DATABASE word_count OWNER word_count TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' ICU_RULES '&V << w'",
    );
    await pg("word_count", "SET ROLE word_count; DROP SCHEMA public; CREATE SCHEMA words");
    const directory = await keep("word_count");
    await pg("word_count", "DROP SCHEMA words");
    await back(directory);
    const made = "SELECT datlocprovider, datlocale, daticurules FROM pg_database WHERE datname = 'word_count'";
    expect(await one("postgres", made)).toBe("i|sv-SE|&V << w");
    const schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";
    expect(await one("word_count", schemas)).toBe("words");
  });

  test("fails to come back where a superuser's gift is missing, by its name, and nothing is changed", async () => {
    await pg(
      "shop",
      "ALTER DATABASE shop RESET log_min_duration_statement",
      "ALTER ROLE reporting IN DATABASE shop RESET work_mem",
      'ALTER DATABASE shop RESET "shop.tenant"',
      "DROP EXTENSION pageinspect",
    );
    const now = await one("shop", STATE);
    const refused = await back(kept).then(() => "", String);
    expect(refused).toContain(`ALTER DATABASE :"DBNAME" SET log_min_duration_statement TO '500'`);
    expect(refused).toContain(`ALTER ROLE reporting IN DATABASE :"DBNAME" SET work_mem TO '8MB'`);
    expect(refused).toContain("CREATE EXTENSION pageinspect SCHEMA public");
    expect(refused).toContain("shop.tenant TO");
    expect(refused.split("\n")).toHaveLength(5);
    expect(await one("shop", STATE)).toBe(now);
  });
});

describe("a backup", () => {
  const AS_SUPERUSER = "SET search_path = public;";
  test.each([
    [
      "a table of another's",
      "CREATE TABLE theirs (id int)",
      "DROP TABLE theirs",
      "table public.theirs, owned by postgres",
    ],
    [
      "an event trigger",
      "CREATE FUNCTION told() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; ALTER FUNCTION told() OWNER TO shop; CREATE EVENT TRIGGER tell ON ddl_command_end EXECUTE FUNCTION told()",
      "DROP EVENT TRIGGER tell; DROP FUNCTION told()",
      "event trigger tell",
    ],
    [
      "a foreign server",
      "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; ALTER SERVER far OWNER TO shop",
      "DROP SERVER far; DROP EXTENSION postgres_fdw",
      "server far, which has addresses and passwords of others",
    ],
    [
      "a subscription",
      "CREATE SUBSCRIPTION sub CONNECTION 'host=far password=hidden' PUBLICATION p WITH (connect = false, slot_name = NONE)",
      "DROP SUBSCRIPTION sub",
      "subscription sub, which has a password of another server",
    ],
    [
      "a publication of all tables",
      "CREATE PUBLICATION everything FOR ALL TABLES; ALTER PUBLICATION everything OWNER TO postgres",
      "DROP PUBLICATION everything",
      "publication everything for all tables",
    ],
    [
      "rights on a function of the server's",
      "GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_reset() TO shop",
      "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_reset() FROM shop",
      "rights on function pg_stat_reset(), which is the server's",
    ],
    [
      "default privileges of another's",
      "ALTER DEFAULT PRIVILEGES FOR ROLE reporting GRANT SELECT ON TABLES TO shop",
      "ALTER DEFAULT PRIVILEGES FOR ROLE reporting REVOKE SELECT ON TABLES FROM shop",
      "default privileges of reporting",
    ],
    [
      "a function in C",
      "CREATE FUNCTION c_function() RETURNS void LANGUAGE c AS '$libdir/pgcrypto', 'pg_random_uuid'; ALTER FUNCTION c_function() OWNER TO shop",
      "DROP FUNCTION c_function()",
      "function public.c_function() in a language of superusers",
    ],
    [
      "a large object of another's",
      "SELECT lo_create(815)",
      "SELECT lo_unlink(815)",
      "large object 815, owned by postgres",
    ],
    [
      "an owner of another name",
      "ALTER DATABASE shop OWNER TO reporting",
      "ALTER DATABASE shop OWNER TO shop",
      "the database itself, owned by reporting",
    ],
  ])("fails by its name where there is %s", async (_, make, unmake, words) => {
    await pg("shop", `${AS_SUPERUSER} ${make}`);
    const told = await keep().catch(String);
    await pg("shop", `${AS_SUPERUSER} ${unmake}`);
    expect(told).toContain(words);
    expect(told).not.toContain("hidden");
  });

  test("says nothing more once they are gone", async () => {
    await keep();
  });
});

describe("a restore of what a thief has written", () => {
  const marks = ["/tmp/vigie-stolen", "/var/lib/postgresql/vigie-stolen"];
  const stolen = async () => {
    const looked = await run("docker", ["exec", stores.postgres, "sh", "-c", `ls ${marks.join(" ")} 2>/dev/null`]);
    return looked.stdout.trim();
  };

  const PADDING = "x".repeat(120);
  const BAIT = `CREATE VIEW public.bait AS\n SELECT '${PADDING}'::text AS word;`;
  let kept: string;
  let bait: Buffer;

  beforeAll(async () => {
    bait = await dumped("GRANT ALL ON SCHEMA public TO PUBLIC", BAIT);
    kept = await keep();
  });

  /** A copy of one backup, for a forger. */
  async function copied(): Promise<string> {
    const directory = path.join(stores.directory, `backup-${count++}`);
    await sh("cp", ["-r", kept, directory]);
    return directory;
  }

  /** A dump of a database in which a superuser made something, as `pg_dump` writes it. */
  async function dumped(...statements: readonly string[]): Promise<Buffer> {
    await pg("postgres", "CREATE DATABASE trap");
    await pg("trap", ...statements);
    const dump = spawn("docker", ["exec", stores.postgres, "pg_dump", "-U", "postgres", "-Fc", "-Z0", "trap"]);
    const chunks: Buffer[] = [];
    for await (const chunk of dump.stdout) chunks.push(chunk as Buffer);
    await pg("postgres", "DROP DATABASE trap");
    return Buffer.concat(chunks);
  }

  /** Replaces a text in a dump by one of the same length, so that all its lengths hold. */
  function replaced(dump: Buffer, from: string, to: string): Buffer {
    const at = dump.indexOf(from);
    expect(at).toBeGreaterThan(0);
    const copy = Buffer.from(dump);
    copy.write(to.padEnd(from.length), at, "latin1");
    return copy;
  }

  test.each([
    [
      "COPY to a program",
      `COPY (SELECT 1) TO PROGRAM 'touch ${marks[0]}'`,
      /permission denied to COPY to or from an external program/,
    ],
    ["a superuser's role", "CREATE ROLE thief SUPERUSER", /permission denied to create role/],
    [
      "an extension of superusers",
      "CREATE EXTENSION file_fdw SCHEMA public",
      /permission denied to create extension "file_fdw"/,
    ],
    [
      "a setting of the server",
      "ALTER SYSTEM SET archive_command = 'x'",
      /permission denied|cannot run inside a transaction/,
    ],
    ["itself made a superuser", "ALTER ROLE shop SUPERUSER", /permission denied to alter role/],
    ["another's database", "ALTER DATABASE word_count SET work_mem = '1MB'", /must be owner of database word_count/],
  ])("fails at %s, and nothing of it is done", async (_, attack, words) => {
    const forged = replaced(bait, BAIT, `${attack};`);
    const directory = await copied();
    forge(directory, "postgres.postgres.shop.gz", gzipSync(forged));
    const now = await one("shop", STATE);
    await expect(back(directory)).rejects.toThrow(words);
    expect(await stolen()).toBe("");
    expect(
      await one("postgres", "SELECT count(*) FROM pg_roles WHERE rolname = 'thief' OR (rolname = 'shop' AND rolsuper)"),
    ).toBe("0");
    expect(await one("shop", STATE)).toBe(now);
    expect(await one("postgres", "SELECT datname FROM pg_database WHERE datname LIKE '%vigie%'")).toBe("");
  });

  test("fails at a manifest that gives itself what only a superuser gives", async () => {
    const directory = await copied();
    const file = "postgres.postgres.shop.gz";
    const change =
      (given: readonly string[], settings: readonly { name: string; value: string }[]) => (manifest: Manifest) => ({
        ...manifest,
        sources: manifest.sources.map((source) => ({
          ...source,
          parts: source.parts.map((part) =>
            part.file === file ? { ...part, beside: { ...part.beside, given, settings } } : part,
          ),
        })),
      });
    const packed = readFileSync(path.join(directory, file));
    forge(directory, file, packed, change(["ALTER ROLE shop SUPERUSER"], []));
    await expect(back(directory)).rejects.toThrow(/ALTER ROLE shop SUPERUSER: the backup was made with it/);
    forge(directory, file, packed, change([], [{ name: "session_preload_libraries", value: "evil" }]));
    await expect(back(directory)).rejects.toThrow(/permission denied to set parameter "session_preload_libraries"/);
    const quote = `1; ALTER ROLE shop SUPERUSER; \\! touch ${marks[0]}\n\\! touch ${marks[0]}\n'; \\! touch ${marks[0]}`;
    forge(directory, file, packed, change([], [{ name: "application_name", value: quote }]));
    await back(directory);
    expect(await stolen()).toBe("");
    expect(await one("postgres", "SELECT setconfig[1] FROM pg_db_role_setting WHERE setconfig[1] LIKE 'app%'")).toBe(
      `application_name=${quote}`,
    );
    expect(await one("postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = 'shop'")).toBe("f");
  });

  test("fails at a text in the place of a dump: no client's own command is run", async () => {
    const directory = await copied();
    const text = `\\! touch ${marks[0]}\nCREATE TABLE fine (id int);\n`;
    forge(directory, "postgres.postgres.shop.gz", gzipSync(text));
    await expect(back(directory)).rejects.toThrow(/did not find magic string|not a valid archive/);
    expect(await stolen()).toBe("");
    await sh("rm", ["-r", directory]);
  });
});
