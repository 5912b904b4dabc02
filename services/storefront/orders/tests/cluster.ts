import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { DatabaseSettings } from "../src/settings.ts";

const PASSWORD = "a password with ' and \\";
const USER = "orders";

/** A PostgreSQL server that the tests start themselves, on a port of its own. */
export interface Cluster {
  /** Starts the server again, on the same port and files; it waits until connections are taken. */
  start(): void;
  /** Stops the server at once, as a crash would: open connections end. */
  stop(): void;
  /** Stops it and deletes its files. */
  remove(): void;
  /** How the service reaches one of its databases. */
  settings(database: string): DatabaseSettings;
  /** Creates an empty database. */
  create(database: string): Promise<void>;
  /** Runs a statement as the owner, and gives its rows. @default the database is `postgres` */
  execute<Row extends pg.QueryResultRow>(statement: string, database?: string): Promise<Row[]>;
  /** Runs a statement in a transaction; gives what ends that. */
  hold(statement: string, database: string): Promise<() => Promise<void>>;
}

/** An initialised and started cluster in a temporary folder. Fails, rather than skips, without PostgreSQL's programs. */
export async function newCluster(): Promise<Cluster> {
  const programs = findPrograms();
  const directory = mkdtempSync(path.join(tmpdir(), "orders-pg-"));
  const data = path.join(directory, "data");
  const passwordFile = path.join(directory, "password");
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const prefix = process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  const run = (program: string, ...args: string[]): void => {
    const [command = "", ...rest] = [...prefix, path.join(programs, program), "-D", data, ...args];
    execFileSync(command, rest, { cwd: directory, stdio: ["ignore", "ignore", "inherit"], timeout: 120_000 });
  };
  if (prefix.length > 0) execFileSync("chown", ["postgres", directory]);
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  chmodSync(passwordFile, 0o644);
  run(
    "initdb",
    "-U",
    USER,
    "-A",
    "scram-sha-256",
    "--pwfile",
    passwordFile,
    "--no-sync",
    "-E",
    "UTF8",
    "--locale",
    "C",
  );
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: USER, password: PASSWORD, database });
    await client.connect();
    return client;
  };
  const execute: Cluster["execute"] = async (statement, database = "postgres") => {
    const client = await connect(database);
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const cluster: Cluster = {
    start: () => {
      const options = `-p ${port} -c listen_addresses=127.0.0.1 -c fsync=off -k ${directory}`;
      run("pg_ctl", "-o", options, "-l", path.join(directory, "log"), "-w", "start");
    },
    stop: () => run("pg_ctl", "-m", "immediate", "-w", "stop"),
    remove: () => {
      cluster.stop();
      rmSync(directory, { recursive: true });
    },
    settings: (name) => ({ host: "127.0.0.1", port, name, user: USER, passwordFile, waitSeconds: 20, connections: 4 }),
    create: async (database) => {
      await execute(`CREATE DATABASE ${database}`);
    },
    execute,
    hold: async (statement, database) => {
      const client = await connect(database);
      await client.query("BEGIN");
      await client.query(statement);
      return async () => {
        await client.query("COMMIT");
        await client.end();
      };
    },
  };
  cluster.start();
  return cluster;
}

/** A port that nothing listens on, below those that Linux takes for connections that go out: it stays free. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const listener = createServer();
    const free = new Promise<boolean>((resolve) => {
      listener.once("error", () => resolve(false)).listen(port, () => listener.close(() => resolve(true)));
    });
    if (await free) return port;
  }
}

function findPrograms(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  const found = [...versions.map((version) => path.join(root, version, "bin")), ...(process.env.PATH ?? "").split(":")];
  const folder = found.find((candidate) => existsSync(path.join(candidate, "initdb")));
  if (folder === undefined) {
    throw new Error("No PostgreSQL server programs on this machine. Install them: apt-get install postgresql");
  }
  return folder;
}
