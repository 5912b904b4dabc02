import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../components/index.ts";
import type { Memcached } from "../../../components/stores/memcached.ts";
import { registered, resource, settle, startMocks, types } from "../recorder.ts";

let host: Host;
let make: typeof Memcached;
let memcached: Memcached;

beforeAll(async () => {
  await startMocks();
  const library = await import("../../../components/index.ts");
  make = (await import("../../../components/stores/memcached.ts")).Memcached;
  const stateDirectory = mkdtempSync(path.join(os.tmpdir(), "vigie-test-"));
  host = new library.LocalDockerHost("local", { checkMachine: false, stateDirectory });
  memcached = new make("memcached", { host, services: ["catalog", "sessions"], memory: "256MiB" });
  await settle();
});

describe("Memcached", () => {
  it("is reached by what uses it, and by nothing else", () => {
    const { networksAdvanced, ports } = resource(types.container, "memcached-container");
    expect(networksAdvanced).toEqual([{ name: "vigie-test-store-memcached", aliases: [] }]);
    expect(ports).toBeUndefined();
  });

  it("runs without root, on a root that nobody writes to, with limits and a healthcheck", () => {
    const container = resource(types.container, "memcached-container");
    expect(container).toMatchObject({ user: "11211:11211", readOnly: true, memory: 256, wait: true });
    expect(container.capabilities).toEqual({ drops: ["ALL"] });
    expect(JSON.stringify(container.healthcheck)).toContain("/dev/tcp/127.0.0.1/11211");
    expect(container.volumes ?? []).toEqual([]);
  });

  it("gives three quarters of its memory to items, takes no UDP, and lets nobody empty it or list its keys", () => {
    const { command } = resource(types.container, "memcached-container");
    expect(command).toEqual(
      expect.arrayContaining(["--memory-limit", "192", "--udp-port", "0", "--disable-flush-all", "--disable-dumping"]),
    );
  });

  it("gives a service its settings and a prefix for its keys, and starts it when it is healthy", () => {
    expect(memcached.connectionFor("catalog")).toMatchObject({
      env: { MEMCACHED_HOST: "vigie-test-memcached", MEMCACHED_PORT: "11211", MEMCACHED_KEY_PREFIX: "catalog:" },
      secrets: {},
      network: "store-memcached",
      reaches: ["vigie-test-memcached:11211"],
      dependsOn: [memcached.container.ready],
    });
  });

  it("is scraped by a Prometheus that signs in, since the exporter would ask whom it is told to", () => {
    expect(memcached.signals.scrapeJobs).toEqual([
      { job: "memcached", targets: ["vigie-test-memcached-exporter:9150"], signsIn: true, emits: ["memcached"] },
    ]);
    const exporter = resource(types.container, "memcached-exporter-container");
    expect(exporter.command).toContain("--memcached.address=vigie-test-memcached:11211");
    expect(exporter.command).toContain("--web.config.file=/run/secrets/web.yml");
    expect(exporter.networksAdvanced).toEqual(
      ["vigie-test-store-memcached", "vigie-test-metrics"].map((name) => expect.objectContaining({ name })),
    );
  });

  it("fails for a name given twice, a name that is none and too little memory, all at once, before anything is made", () => {
    const made = registered.length;
    const wrong = () => new make("other", { host, services: ["catalog", "catalog", "Ä"], memory: "63MiB" });
    expect(wrong).toThrow(/services\[1\].*each service once/s);
    expect(wrong).toThrow(/services\[2\]: got "Ä"; allowed: a service's name\./);
    expect(wrong).toThrow(/memory: got "63MiB"; allowed: a size of at least 64MiB/);
    expect(registered.slice(made).filter(({ type }) => !type.startsWith("vigie:"))).toEqual([]);
  });

  it.each(["64MiB", "1GiB"])("takes %s", (memory) => {
    expect(() => new make(`cache-${memory.toLowerCase()}`, { host, services: [], memory })).not.toThrow();
  });

  it("fails for a service that is not among its own", () => {
    expect(() => memcached.connectionFor("orders")).toThrow(/Add "orders" to `services` of "memcached"/);
  });
});
