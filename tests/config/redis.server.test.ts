import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REDIS_HEALTH_USER, REDIS_MONITORING_USER, renderRedis, renderRedisUsers } from "../../config/redis.ts";
import { findTool } from "../../offline/tools.ts";

/** The configuration and the users, judged by the real server: it refuses to start with a word that it doesn't know. */
const passwords = { catalog: "of catalog", orders: "of orders", [REDIS_MONITORING_USER]: "of monitoring" };
const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-redis-"));
const socket = path.join(directory, "socket");
let server: ChildProcess;
let words = "";

beforeAll(async () => {
  const conf = (renderRedis()[0]?.content ?? "")
    .replace("/run/secrets", directory)
    .replace("dir /data", `dir ${directory}`);
  const file = path.join(directory, "redis.conf");
  writeFileSync(file, conf);
  writeFileSync(path.join(directory, "users.acl"), renderRedisUsers(passwords));
  server = spawn(findTool("redis-server"), [file, "--port", "0", "--unixsocket", socket]);
  await new Promise<void>((resolve, reject) => {
    server.stdout?.on("data", (chunk) => {
      words += chunk;
      if (words.includes("Ready to accept connections")) resolve();
    });
    server.stderr?.on("data", (chunk) => {
      words += chunk;
    });
    server.on("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${words}`)));
    server.on("error", reject);
  });
});

afterAll(async () => {
  if (server.exitCode === null) {
    server.removeAllListeners("exit");
    server.kill();
    await once(server, "exit");
  }
  rmSync(directory, { recursive: true });
});

/** The first line of each answer to some commands, as one user. */
const answers = async (user: string | undefined, ...commands: readonly string[]): Promise<string[]> => {
  const connection = net.connect(socket);
  const password = (passwords as Record<string, string>)[user ?? ""] ?? "any";
  const login = user === undefined ? [] : [`AUTH ${user} "${password}"`];
  let text = "";
  connection.on("data", (chunk) => {
    text += chunk;
  });
  connection.end([...login, ...commands].map((command) => `${command}\r\n`).join(""));
  await once(connection, "close");
  const lines = text.split("\r\n").filter((line) => line !== "");
  return user === undefined ? lines : lines.slice(1);
};

describe("the real redis-server", () => {
  it("lets nobody in without a user", async () => {
    expect(await answers(undefined, "PING", "GET catalog:films")).toEqual([
      "-NOAUTH Authentication required.",
      "-NOAUTH Authentication required.",
    ]);
  });

  it("lets a service do what a cache and a counter need, on its own keys", async () => {
    expect(await answers("catalog", "SET catalog:films x EX 30", "INCR catalog:visits", "TTL catalog:films")).toEqual([
      "+OK",
      ":1",
      ":30",
    ]);
  });

  it.each(["GET orders:1", "SET orders:1 x", "MGET catalog:a orders:1", "BITOP AND orders:1 catalog:a"])(
    "keeps a service from another one's keys: %s",
    async (command) => {
      expect(await answers("catalog", command)).toEqual(["-NOPERM No permissions to access a key"]);
    },
  );

  it.each([
    "KEYS *",
    "SCAN 0",
    "RANDOMKEY",
    "DBSIZE",
    "FLUSHALL",
    "FLUSHDB",
    "CONFIG GET maxmemory",
    "ACL LIST",
    "EVAL x 0",
    "SHUTDOWN",
    "MONITOR",
    "CLIENT LIST",
    "REPLICAOF x 1",
    "SORT catalog:a BY orders:*",
    "PUBLISH x y",
  ])("keeps a service from what is dangerous or everybody's: %s", async (command) => {
    expect((await answers("catalog", command))[0]).toMatch(/^-NOPERM /);
  });

  it("lets the healthcheck ping, and no more", async () => {
    const [pong, refused] = await answers(REDIS_HEALTH_USER, "PING", "INFO");
    expect(pong).toBe("+PONG");
    expect(refused).toMatch(/^-NOPERM /);
  });

  it("lets the exporter read statistics, and no key", async () => {
    expect((await answers(REDIS_MONITORING_USER, "INFO memory")).join("\n")).toContain("maxmemory_policy:volatile-lru");
    for (const command of ["GET catalog:films", "CONFIG GET *", "KEYS *"]) {
      expect((await answers(REDIS_MONITORING_USER, command))[0]).toMatch(/^-NOPERM /);
    }
  });

  it("writes no snapshot, and every change to its append-only file", async () => {
    const facts = (await answers(REDIS_MONITORING_USER, "INFO persistence")).join("\n");
    expect(facts).toContain("aof_enabled:1");
    expect(words).toContain("appendonly.aof.1.incr.aof");
  });
});
