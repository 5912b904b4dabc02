import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, freePort } from "./cluster.ts";

/** The service as its container runs it: one process. */
export interface Running {
  /** The process, to send signals to. */
  readonly process: ChildProcess;
  /** Where it listens, without a slash at its end. */
  readonly url: string;
  /** Asks a path of it, for at most 60 seconds. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Posts an order. */
  place(order: object, headers?: Record<string, string>): Promise<Response>;
  /** The answer's status, or undefined without an answer. */
  status(path: string): Promise<number | undefined>;
  /** The sum of the metrics whose lines start so. */
  metric(lineStart: string): Promise<number>;
  /** Every line that it has written so far, parsed. */
  logs(): Record<string, unknown>[];
  /** Exit code, after its end. */
  ended(): Promise<number | null>;
}

const started: ChildProcess[] = [];

/** Starts the service; {@link killAll} ends what is left. */
export async function start(
  cluster: Cluster,
  database: string,
  changed: Record<string, string> = {},
): Promise<Running> {
  const port = await freePort();
  const settings = cluster.settings(database);
  const logFile = path.join(mkdtempSync(path.join(tmpdir(), "orders-log-")), "log");
  const log = openSync(logFile, "w");
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: path.join(import.meta.dirname, ".."),
    env: {
      PORT: String(port),
      DATABASE_HOST: settings.host,
      DATABASE_PORT: String(settings.port),
      DATABASE_NAME: database,
      DATABASE_USER: settings.user,
      DATABASE_PASSWORD_FILE: settings.passwordFile,
      DATABASE_CONNECTIONS: "4",
      RATE_LIMIT_PER_MINUTE: "1000000",
      SHUTDOWN_DELAY_SECONDS: "1",
      ...changed,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  started.push(child);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const ask = (address: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${address}`, { signal: AbortSignal.timeout(60_000), ...init });
  return {
    process: child,
    url,
    ask,
    place: (order, headers = {}) =>
      ask("/api/orders", {
        method: "POST",
        body: JSON.stringify(order),
        headers: { "content-type": "application/json", ...headers },
      }),
    status: (address) =>
      ask(address).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.status;
        },
        () => undefined,
      ),
    metric: async (lineStart) => {
      const text = await (await ask("/metrics")).text();
      const lines = text.split("\n").filter((line) => line.startsWith(lineStart));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
    logs: () =>
      readFileSync(logFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    ended: () => ended,
  };
}

/** Starts the service and waits until it is ready. */
export async function startReady(
  cluster: Cluster,
  database: string,
  changed?: Record<string, string>,
): Promise<Running> {
  const running = await start(cluster, database, changed);
  await waitUntil(async () => (await running.status("/ready")) === 200, "the service is ready");
  return running;
}

/** Ends every service that still runs. */
export function killAll(): void {
  for (const child of started.splice(0)) child.kill("SIGKILL");
}

/** Waits for a condition. */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  what: string,
  seconds = 60,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(50);
  }
}
