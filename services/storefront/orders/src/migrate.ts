import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { getLogger, StartFailure } from "../../../telemetry/node/index.ts";
import { connectionSettings } from "./database.ts";
import type { DatabaseSettings } from "./settings.ts";

const log = getLogger("orders.migrate");

const MIGRATIONS = path.join(import.meta.dirname, "migrations");

// Any number that no other program uses on this database.
const LOCK = 7_416_301_996;

// Generous: it only ends a migration that hangs.
const STATEMENT_TIMEOUT_MS = 120_000;

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;
const EXIT_UNAVAILABLE = 69;

/**
 * Waits for the database, then applies the migrations that it hasn't seen, in one transaction under a lock. Safe to run
 * twice, by two replicas at once, and to be killed.
 *
 * @throws StartFailure when the database doesn't answer in time or refuses a migration
 */
export async function prepareDatabase(settings: DatabaseSettings): Promise<void> {
  const client = await connectPatiently(settings);
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    const applied = await applyMigrations(client);
    await client.query("COMMIT");
    for (const version of applied) log.info(`applied migration ${version}`);
  } catch (error) {
    log.error("the database can't be prepared", { error });
    throw new StartFailure("the database can't be prepared: nothing of it was changed", EXIT_UNAVAILABLE);
  } finally {
    await client.end().catch(() => {});
  }
}

async function connectPatiently(settings: DatabaseSettings): Promise<pg.Client> {
  const deadline = performance.now() + settings.waitSeconds * 1000;
  const where = `${settings.host}:${settings.port}/${settings.name} as ${settings.user}`;
  let pause = FIRST_PAUSE_MS;
  let told = "";
  for (;;) {
    const client = new pg.Client(connectionSettings(settings, STATEMENT_TIMEOUT_MS));
    // A connection that breaks later fails the query that waits on it; without a listener it would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      const reason = reasonOf(error);
      if (performance.now() + pause > deadline) {
        throw new StartFailure(
          `no connection to ${where} within ${settings.waitSeconds} s: ${reason}. ` +
            "Check DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER and the file of " +
            "DATABASE_PASSWORD_FILE, and that the database runs; DATABASE_WAIT_SECONDS waits longer.",
          EXIT_UNAVAILABLE,
        );
      }
      if (reason !== told) log.info(`waiting for the database ${where}: ${reason}`);
      told = reason;
    }
    await sleep(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

// A host name with several addresses fails with one error for each, and no message of its own.
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return (first instanceof Error ? first.message : String(first)).slice(0, 300);
}

async function applyMigrations(client: pg.Client): Promise<string[]> {
  await client.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations " +
      "(version text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
  );
  const { rows } = await client.query<{ version: string }>("SELECT version FROM schema_migrations");
  const seen = new Set(rows.map((row) => row.version));
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith(".sql")).sort();
  const missing = files.map((file) => path.basename(file, ".sql")).filter((version) => !seen.has(version));
  for (const version of missing) {
    await client.query(await readFile(path.join(MIGRATIONS, `${version}.sql`), "utf8"));
    await client.query("INSERT INTO schema_migrations (version) VALUES ($1)", [version]);
  }
  return missing;
}
