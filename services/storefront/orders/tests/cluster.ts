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
  start(): void;
  stop(): void;
  /** Stops it and deletes its files. */
  remove(): void;
  settings(database: string): DatabaseSettings;
  /** Creates an empty database. */
  create(database: string): Promise<void>;
  execute<Row extends pg.QueryResultRow>(statement: string, database?: string): Promise<Row[]>;
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
    execFileSync(command, rest, { cwd: directory, stdio: ["ignore", "ignore", "inherit"], timeout: 60_000 });
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
  const execute: Cluster["execute"] = async (statement, database = "postgres") => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: USER, password: PASSWORD, database });
    await client.connect();
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
  };
  cluster.start();
  return cluster;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  return port;
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
