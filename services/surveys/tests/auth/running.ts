import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { expect, vi } from "vitest";
import { freePort, type RedisServer } from "../between/redis-server.ts";
import { API_KEY, secretFile } from "./client.ts";

/** The service as its container runs it: one process. */
export interface Running {
  /** The process, to send signals to. */
  readonly process: ChildProcess;
  /** Where it listens, without a slash at its end. */
  readonly url: string;
  /** Posts to a path below `/api/v1/auth`, with a key. */
  post(below: string, body: object): Promise<Response>;
  /** Everything that it has written so far. */
  written(): string;
  /** Exit code, after its end. */
  ended(): Promise<number | null>;
}

const started: ChildProcess[] = [];

/** Starts the service with nothing but these settings. */
export async function start(environment: Record<string, string>): Promise<Running> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: path.join(import.meta.dirname, "../.."),
    env: { SURVEYS_SERVICE: "auth", PORT: port, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part) => {
      written += String(part);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    process: child,
    url,
    post: (below, body) =>
      fetch(`${url}/api/v1/auth/${below}`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": API_KEY },
        body: JSON.stringify(body),
      }),
    written: () => written,
    ended: () => ended,
  };
}

/** Starts the service with links by a mail server, and waits until it is ready. */
export async function startReady(redis: RedisServer, changed: Record<string, string>): Promise<Running> {
  const { host, port, user, passwordFile, keyPrefix } = redis.settings("auth");
  const running = await start({
    PUBLIC_URL: "https://surveys.example.org",
    MAIL_FROM: "Surveys <surveys@example.org>",
    USER_ID_KEY_FILE: secretFile("a key for ids"),
    API_KEYS_FILE: secretFile(API_KEY),
    REDIS_HOST: host,
    REDIS_PORT: String(port),
    REDIS_USER: user,
    REDIS_PASSWORD_FILE: passwordFile,
    REDIS_KEY_PREFIX: keyPrefix,
    LOG_LEVEL: "debug",
    SHUTDOWN_DELAY_SECONDS: "0",
    ...changed,
  });
  const ready = async () => expect((await fetch(`${running.url}/ready`)).status).toBe(200);
  await vi.waitFor(ready, { timeout: 30_000 });
  return running;
}

/** Ends every service that still runs. */
export function endAll(): void {
  for (const child of started.splice(0)) child.kill("SIGKILL");
}
