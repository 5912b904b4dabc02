import { describe, expect, it } from "vitest";
import { fullMemory } from "../../../../cli/drill/faults/full-memory.ts";
import { fakes, going } from "./fakes.ts";

const fault = {
  kind: "full-memory",
  containers: { component: "redis" },
  directory: "/data",
  words: ["--maxmemory", "1"],
} as const;

const inspected = JSON.stringify([
  {
    Image: "sha256:abc",
    Config: { User: "999:998", Env: null, Cmd: ["redis-server", "/etc/redis.conf"], Entrypoint: null },
    HostConfig: { Binds: ["redis-data:/data:rw"], Tmpfs: null, Memory: 134_217_728, SecurityOpt: null },
    NetworkSettings: { Networks: { "vigie-dev-redis": { Aliases: null } } },
  },
]);
const stack = () => fakes({ prints: { "inspect --type container id-one": inspected } });

describe("a full memory", () => {
  it("is the same program with its limit, on a volume of its own, and nothing fills that", async () => {
    const seen = stack();
    const back = await fullMemory.prepare(fault, seen.tools, "2");
    await fullMemory.inject(fault, back, seen.tools, going());
    const made = seen.done.find((line) => line.startsWith("create "));
    expect(made).toContain("--volume vigie-dev-drill-2:/data:nocopy");
    expect(made).toMatch(/ sha256:abc redis-server \/etc\/redis\.conf --maxmemory 1$/);
    expect(made).not.toContain("redis-data");
    expect(seen.helpers).toEqual([]);
  });

  it("is gone after the repair, and the program is as it was", async () => {
    const seen = stack();
    await fullMemory.repair(await fullMemory.prepare(fault, seen.tools, "2"), seen.tools);
    expect(seen.done).toEqual(["forget vigie-dev-drill-2", "volume rm vigie-dev-drill-2", "start id-one"]);
  });

  it("fails where there is nobody to take the place of", async () => {
    await expect(fullMemory.prepare(fault, fakes({ containers: [] }).tools, "2")).rejects.toThrow("no container");
  });
});
