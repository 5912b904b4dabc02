import pg from "pg";
import { Gauge, Histogram, type Registry } from "prom-client";
import {
  clientSpan,
  type DatabaseAddress,
  databaseCall,
  getLogger,
  readSecret,
} from "../../../telemetry/node/index.ts";
import { StoreUnavailable } from "./order.ts";
import type { DatabaseSettings } from "./settings.ts";

const log = getLogger("orders.database");

const CONNECT_TIMEOUT_MS = 1000;

// The server ends a slow statement; the longer one here is for a server that is frozen or cut off.
const STATEMENT_TIMEOUT_MS = 2000;
const ANSWER_TIMEOUT_MS = 3000;
const CHECK_TIMEOUT_MS = 1000;

const QUERY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const AWAY = "The orders can't be reached at the moment. Please try again soon.";
const SLOW = "The answer took too long. Please try again soon.";

/** Settings of one connection. The password is read anew, so that a changed one needs no restart. */
export function connectionSettings(settings: DatabaseSettings, statementTimeoutMs: number): pg.ClientConfig {
  return {
    host: settings.host,
    port: settings.port,
    database: settings.name,
    user: settings.user,
    password: () => readSecret(settings.passwordFile),
    application_name: "orders",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
  };
}

/** Connections to PostgreSQL: pooled, bounded in time, measured. */
export interface Database {
  /**
   * The rows of one statement. It may run twice when a connection breaks, so it must be safe to repeat.
   *
   * @throws StoreUnavailable when the database can't be reached, breaks off or takes too long
   */
  query<Row extends pg.QueryResultRow>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Fails when the database doesn't answer. */
  check(): Promise<void>;
  /** Closes the connections. */
  close(): Promise<void>;
}

/**
 * Opens a pool. While the database is away, one request at a time finds out whether it is back and the others are
 * refused at once: callers that wait a second each would pile up.
 */
export function openDatabase(settings: DatabaseSettings, registry: Registry): Database {
  const pool = new pg.Pool({
    ...connectionSettings(settings, STATEMENT_TIMEOUT_MS),
    max: settings.connections,
    idleTimeoutMillis: 60_000,
  });
  // An idle connection broke, and the pool has dropped it: whether the database is away, the next query finds out.
  pool.on("error", () => log.debug("an idle connection broke"));
  const measured = poolMetrics(pool, settings.connections, registry);
  const { host, port, name } = settings;
  const address: DatabaseAddress = { system: "postgresql", host, port, name };
  let away = false;
  let attempting = false;

  const found = (isAway: boolean, reason = ""): void => {
    if (isAway === away) return;
    away = isAway;
    if (isAway) log.warning(`the database is away: ${reason}`);
    else log.info("the database is back");
  };

  async function run<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<Row[]> {
    // A broken connection may be found out only by its use: then another one gets the statement.
    for (let attempt = 1; ; attempt += 1) {
      try {
        const config = { text, values: [...values], query_timeout: timeoutMs };
        const asked = () => pool.query<Row>(config);
        const { rows } = await clientSpan(() => databaseCall(address, text), asked);
        return rows;
      } catch (error) {
        const kind = kindOf(error);
        if (kind === "defect") throw error;
        if (kind === "slow") throw new StoreUnavailable(SLOW, { cause: error });
        if (kind === "broken" && attempt < 3) continue;
        found(true, reasonOf(error));
        throw new StoreUnavailable(kind === "frozen" ? SLOW : AWAY, { cause: error });
      }
    }
  }

  async function query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
    timeoutMs: number,
  ): Promise<Row[]> {
    if (away && attempting) throw new StoreUnavailable(AWAY);
    const mine = away;
    if (mine) attempting = true;
    try {
      const rows = await measured(name, () => run<Row>(text, values, mine ? CHECK_TIMEOUT_MS : timeoutMs));
      found(false);
      return rows;
    } finally {
      if (mine) attempting = false;
    }
  }

  return {
    query: (name, text, values = []) => query(name, text, values, ANSWER_TIMEOUT_MS),
    check: async () => {
      await query("check", "SELECT 1", [], CHECK_TIMEOUT_MS);
    },
    close: () => pool.end(),
  };
}

type Kind = "defect" | "slow" | "frozen" | "broken" | "away";

function kindOf(error: unknown): Kind {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? "";
    if (code === "57014") return "slow";
    if (code.startsWith("08") || code.startsWith("57P")) return "broken";
    // No more connections or disk, wrong password, no such database, a standby that takes no writes.
    if (/^(53|28|3D|25006)/.test(code)) return "away";
    return "defect";
  }
  const { message = "", code, errors } = error as Partial<NodeJS.ErrnoException> & { errors?: unknown };
  if (message === "Query read timeout") return "frozen";
  if (message.startsWith("timeout exceeded when trying to connect")) return "away";
  if (message.startsWith("Connection terminated") || message.includes("not queryable")) return "broken";
  if (code === "ECONNRESET" || code === "EPIPE") return "broken";
  return code !== undefined || errors !== undefined ? "away" : "defect";
}

// A code or words of our own: a server's message may quote values.
function reasonOf(error: unknown): string {
  const { code, message = "" } = error as Partial<NodeJS.ErrnoException>;
  if (code !== undefined) return code;
  if (message === "Query read timeout") return "no answer in time";
  return message.startsWith("timeout exceeded") ? "no free connection in time" : "the connection broke";
}

type Measured = <T>(query: string, work: () => Promise<T>) => Promise<T>;

function poolMetrics(pool: pg.Pool, size: number, registry: Registry): Measured {
  const registers = [registry];
  new Gauge({
    name: "db_pool_connections",
    help: "Connections to the database.",
    labelNames: ["state"],
    registers,
    collect() {
      this.labels("used").set(pool.totalCount - pool.idleCount);
      this.labels("idle").set(pool.idleCount);
    },
  });
  new Gauge({
    name: "db_pool_pending_requests",
    help: "Requests that wait for a connection.",
    registers,
    collect() {
      this.set(pool.waitingCount);
    },
  });
  new Gauge({
    name: "db_pool_connections_max",
    help: "The most connections that the pool may open.",
    registers,
  }).set(size);
  const duration = new Histogram({
    name: "db_query_duration_seconds",
    help: "Time of a query with its wait for a connection.",
    labelNames: ["query", "outcome"],
    buckets: QUERY_BUCKETS,
    registers,
  });
  return async (query, work) => {
    const end = duration.startTimer({ query });
    try {
      const result = await work();
      end({ outcome: "ok" });
      return result;
    } catch (error) {
      end({ outcome: "error" });
      throw error;
    }
  };
}
