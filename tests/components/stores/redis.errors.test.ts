import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocalDockerHost } from "../../../components/index.ts";
import { startMocks } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");
let host: LocalDockerHost;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});

beforeEach(() => {
  host = new library.LocalDockerHost("local", { checkMachine: false });
});

describe("Redis", () => {
  it("fails with every wrong name of a service at once", () => {
    const services = ["Catalog", "catalog", "catalog", "default", "vigie_monitoring", "a b"];
    expect(() => new library.Redis("redis", { host, services })).toThrow(
      [
        'data store "redis" is refused:',
        '  - services[0]: got "Catalog"; allowed: a service\'s name, and none of default, vigie_health, vigie_monitoring.',
        '  - services[2]: got "catalog"; allowed: each service once.',
        '  - services[3]: got "default"; allowed: a service\'s name, and none of default, vigie_health, vigie_monitoring.',
        '  - services[4]: got "vigie_monitoring"; allowed: a service\'s name, and none of default, vigie_health, vigie_monitoring.',
        '  - services[5]: got "a b"; allowed: a service\'s name, and none of default, vigie_health, vigie_monitoring.',
      ].join("\n"),
    );
  });

  it("fails with too little memory", () => {
    expect(() => new library.Redis("redis", { host, services: [], memory: "16MiB" })).toThrow(
      /data store "redis" is refused:\n {2}- memory: got "16MiB"; allowed: a size of at least 32MiB/,
    );
  });

  it("fails when a service uses it that it does not know", () => {
    const redis = new library.Redis("redis", { host, services: ["catalog"] });
    expect(() => redis.connectionFor("orders")).toThrow(
      /uses: got "redis"; allowed: a data store that knows it; this one has catalog\. Add "orders" to `services` of "redis"/,
    );
  });

  it("fails when its name is taken", () => {
    new library.Redis("store", { host, services: [] });
    expect(() => new library.Postgres("store", { host, databases: [] })).toThrow(/name: got "store"/);
  });
});
