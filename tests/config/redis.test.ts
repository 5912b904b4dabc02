import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  REDIS_COMMAND,
  REDIS_DIRECTORY,
  REDIS_HEALTH,
  REDIS_HEALTH_USER,
  REDIS_MONITORING_USER,
  renderRedis,
  renderRedisExporterEnvironment,
  renderRedisExporterPasswords,
  renderRedisUsers,
} from "../../config/redis.ts";

const conf = (...given: Parameters<typeof renderRedis>) => renderRedis(...given)[0]?.content ?? "";

describe("renderRedis", () => {
  it("is one file that the command names", () => {
    expect(renderRedis().map((file) => `${REDIS_DIRECTORY}/${file.path}`)).toEqual([REDIS_COMMAND.at(-1)]);
  });

  it.each([
    [undefined, 64],
    ["1GiB", 512],
  ])("gives data half of a container of %s", (memory, mebibytes) => {
    expect(conf(memory === undefined ? {} : { memory })).toContain(`\nmaxmemory ${mebibytes * 1024 ** 2}\n`);
  });

  it.each([
    ["too little", "31MiB"],
    ["no size", "much"],
  ])("fails with a memory that is %s", (_, memory) => {
    expect(() => renderRedis({ memory })).toThrow(
      `memory: got "${memory}"; allowed: a size of at least 32MiB, such as "128MiB"`,
    );
  });
});

describe("renderRedisUsers", () => {
  const users = renderRedisUsers({
    orders: "of orders",
    catalog: "of catalog",
    [REDIS_MONITORING_USER]: "of monitoring",
  });

  it("holds hashes, and no password", () => {
    for (const password of ["of orders", "of catalog", "of monitoring"]) {
      expect(users).toContain(` #${createHash("sha256").update(password).digest("hex")} `);
      expect(users).not.toContain(password);
    }
  });

  it("is the same whatever the order of the services", () => {
    expect(users.match(/^user \S+/gm)).toEqual([
      "user default",
      `user ${REDIS_HEALTH_USER}`,
      `user ${REDIS_MONITORING_USER}`,
      "user catalog",
      "user orders",
    ]);
  });
});

describe("redis_exporter", () => {
  it("finds its password under the address that it asks with its user", () => {
    const { REDIS_ADDR = "", REDIS_USER = "" } = renderRedisExporterEnvironment("vigie-dev-redis");
    const asked = REDIS_ADDR.replace("redis://", `redis://${REDIS_USER}@`);
    expect(JSON.parse(renderRedisExporterPasswords("vigie-dev-redis", "secret"))).toEqual({ [asked]: "secret" });
  });
});

it("is asked how it is without a password of anybody", () => {
  expect(REDIS_HEALTH.at(-1)).toBe("ping");
  expect(renderRedisUsers({})).toContain(`user ${REDIS_HEALTH_USER} on nopass resetkeys resetchannels -@all +ping\n`);
});
