import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Redis } from "../../../components/index.ts";
import { promiseOf, registered, resource, settle, startMocks, types } from "../recorder.ts";

let redis: Redis;

beforeAll(async () => {
  await startMocks();
  const library = await import("../../../components/index.ts");
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-test-"));
  const host = new library.LocalDockerHost("local", { checkMachine: false, stateDirectory });
  redis = new library.Redis("redis", {
    host,
    services: ["catalog", "sessions"],
    memory: "256MiB",
    pace: library.PACES.fast,
  });
  await settle();
});

/** The files that a container gets, whole: they are a secret, which mocks wrap. */
const uploads = (name: string) => JSON.stringify(resource(types.container, name).uploads);

describe("Redis", () => {
  it("is reached by what uses it, and by nothing else", () => {
    const { networksAdvanced, ports } = resource(types.container, "redis-container");
    expect(networksAdvanced).toEqual([{ name: "vigie-test-store-redis", aliases: [] }]);
    expect(ports).toBeUndefined();
  });

  it("gets hashes of passwords as a file, and no password", () => {
    const users = uploads("redis-secret-writer");
    expect(users).toContain('"/run/secrets/users.acl"');
    for (const user of ["catalog", "sessions", "vigie_monitoring"]) {
      const hash = createHash("sha256").update(`secret-of-redis-${user}`).digest("hex");
      expect(users).toContain(`user ${user} on #${hash} `);
    }
    expect(users).not.toContain("secret-of-");
  });

  it("has no password in an environment, a label, a command or a healthcheck", () => {
    for (const { name, inputs } of registered.filter(
      ({ type }) => type === types.container || type === types.command,
    )) {
      const { uploads: _, ...rest } = inputs;
      expect.soft(JSON.stringify(rest), name).not.toContain("secret-of-");
    }
  });

  it("keeps its data in a volume, and half of its memory for other things", () => {
    const { memory, volumes } = resource(types.container, "redis-container");
    expect(memory).toBe(256);
    expect(volumes).toContainEqual(
      expect.objectContaining({ volumeName: "vigie-test-redis-data", containerPath: "/data" }),
    );
    expect(resource(types.command, "redis-config").stdin).toContain(`maxmemory ${128 * 1024 ** 2}\n`);
  });

  it("is replaced by a new configuration, which it reads only when it starts", () => {
    const labels = resource(types.container, "redis-container").labels as { label: string }[];
    expect(labels.map(({ label }) => label)).toEqual(
      expect.arrayContaining(["vigie.read-at-start", "vigie.secret-files"]),
    );
  });

  it("gives a service its settings, its own password, and a prefix for its keys", async () => {
    const { env, secrets, network } = redis.connectionFor("catalog");
    expect(env).toEqual({
      REDIS_HOST: "vigie-test-redis",
      REDIS_PORT: "6379",
      REDIS_USER: "catalog",
      REDIS_PASSWORD_FILE: "/run/secrets/redis-password",
      REDIS_KEY_PREFIX: "catalog:",
    });
    expect(network).toBe("store-redis");
    expect(Object.keys(secrets)).toEqual(["redis-password"]);
    expect(await promiseOf(secrets["redis-password"] as never)).toBe("secret-of-redis-catalog");
  });

  it("starts a service when it is healthy", () => {
    expect(redis.connectionFor("catalog").dependsOn).toEqual([redis.container.ready]);
    expect(resource(types.container, "redis-container").wait).toBe(true);
  });
});

describe("its exporter", () => {
  it("is what Prometheus scrapes, and its alerts have the pace that was asked for", () => {
    expect(redis.signals.scrapeJobs).toEqual([
      { job: "redis", targets: ["vigie-test-redis-exporter:9121"], emits: ["redis"] },
    ]);
    const [group] = redis.signals.ruleGroups ?? [];
    expect(group?.rules.map((rule) => ("alert" in rule ? [rule.alert, rule.for] : []))).toEqual([
      ["RedisDown", "10s"],
      ["RedisRefusesWrites", "10s"],
      ["RedisConnectionsHigh", "10s"],
      ["RedisRejectsConnections", "0s"],
      ["RedisPersistenceFailing", "10s"],
      ["RedisAccessDenied", "0s"],
    ]);
  });

  it("gets its own password and no other", () => {
    const passwords = uploads("redis-exporter-secret-writer");
    expect(passwords).toContain("secret-of-redis-vigie_monitoring");
    expect(passwords).not.toContain("secret-of-redis-catalog");
  });

  it("has no shell to ask itself with: it is asked from outside, where it is scraped", () => {
    expect(resource(types.container, "redis-exporter-container").healthcheck).toBeUndefined();
    const { create } = resource(types.command, "redis-exporter-ready") as { create: string };
    expect(create).toContain(":9121/health ");
    expect(create).toContain("--network vigie-test-metrics ");
  });
});
