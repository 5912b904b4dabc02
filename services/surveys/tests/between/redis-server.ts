import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { RedisSettings } from "../../src/between/redis.ts";

const PROGRAM = "/usr/bin/redis-server";
const PASSWORD = "a password with ' and \\";

// As config/redis.ts renders it: commands on named keys, and none on the whole database; no scripts.
const COMMANDS = [
  "-@all",
  ...["string", "hash", "list", "set", "sortedset", "bitmap", "hyperloglog", "geo", "stream"].map(
    (kind) => `+@${kind}`,
  ),
  ...["del", "unlink", "exists", "type", "touch", "ttl", "pttl", "persist"].map((command) => `+${command}`),
  ...["expire", "pexpire", "expireat", "pexpireat", "expiretime", "pexpiretime"].map((command) => `+${command}`),
  ...["+@connection", "+@transaction", "-@admin", "-@dangerous"],
].join(" ");

/** A Redis server that the tests start themselves, on a port of its own, with the services' users. */
export interface RedisServer {
  /** Starts it again on the same port and files, and waits until it answers. */
  start(): Promise<void>;
  /** Stops it: its connections end, and its keys stay. */
  stop(): Promise<void>;
  /** Lets it hang: connections stay open, and nothing is answered. `SIGCONT` ends that. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Gives a user another password, in the file that the service reads too. Open connections stay. */
  changePassword(user: string, password: string): Promise<void>;
  /** Stops it and deletes its files. */
  remove(): Promise<void>;
  /** How a service reaches it: the user and its prefix are named as the service. @default user "surveys" */
  settings(user?: string): RedisSettings;
  /** A connection that may do everything; keys have their prefix there. `remove` ends it. */
  readonly administrator: Redis;
}

/** Starts a server with users for the services that are named. Fails, rather than skips, without the program. */
export async function newRedisServer(users: readonly string[] = ["surveys"]): Promise<RedisServer> {
  if (!existsSync(PROGRAM)) throw new Error("No Redis on this machine. Install it: apt-get install redis-server");
  const directory = mkdtempSync(path.join(tmpdir(), "surveys-redis-"));
  const port = await freePort();
  const usersFile = path.join(directory, "users.acl");
  const passwords = new Map(users.map((user) => [user, PASSWORD]));
  const passwordFile = (user: string) => path.join(directory, `${user}.password`);
  const write = (): void => {
    const lines = [...passwords].map(
      ([user, password]) => `user ${user} on #${hash(password)} ~${user}:* resetchannels ${COMMANDS}\n`,
    );
    writeFileSync(usersFile, `user default on nopass ~* &* +@all\n${lines.join("")}`);
    for (const [user, password] of passwords) writeFileSync(passwordFile(user), `${password}\n`);
  };
  write();
  const administrator = new Redis({ host: "127.0.0.1", port, lazyConnect: true, retryStrategy: () => 50 });
  administrator.on("error", () => {});
  let child: ChildProcess | undefined;

  const server: RedisServer = {
    administrator,
    start: async () => {
      const options = ["--port", String(port), "--bind", "127.0.0.1", "--aclfile", usersFile, "--dir", directory];
      child = spawn(PROGRAM, [...options, "--appendonly", "yes", "--save", ""], { stdio: "ignore" });
      const deadline = performance.now() + 30_000;
      while ((await answer(administrator)) !== "PONG") {
        if (performance.now() > deadline) throw new Error("Redis did not start within 30 s");
        await sleep(20);
      }
    },
    stop: async () => {
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await ended;
    },
    signal: (signal) => {
      child?.kill(signal);
    },
    changePassword: async (user, password) => {
      passwords.set(user, password);
      write();
      await administrator.call("ACL", "LOAD");
    },
    remove: async () => {
      administrator.disconnect();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
    settings: (user = "surveys") => ({
      host: "127.0.0.1",
      port,
      user,
      passwordFile: passwordFile(user),
      keyPrefix: `${user}:`,
    }),
  };
  await server.start();
  return server;
}

/** Waits until a connection is made: before that its commands fail. */
export async function whenReady(redis: Redis): Promise<Redis> {
  if (redis.status !== "ready") await once(redis, "ready");
  return redis;
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

async function answer(redis: Redis): Promise<string | undefined> {
  try {
    return await redis.ping();
  } catch {
    return undefined;
  }
}

function hash(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}
