import { describe, expect, it } from "vitest";
import { fullDisk } from "../../../../cli/drill/faults/full-disk.ts";
import { FILL } from "../../../../cli/drill/faults/scripts.ts";
import { container, fakes, going } from "./fakes.ts";

/** A program on a volume that is full. */
const fault = { kind: "full-disk", containers: { component: "redis" }, directory: "/data", megabytes: 4 } as const;

const inspected = (more: object = {}) =>
  JSON.stringify([
    {
      Image: "sha256:abc",
      Config: { User: "999:998", Env: ["A=b c"], Cmd: ["redis-server", "/etc/redis.conf"], Entrypoint: null, ...more },
      HostConfig: {
        Binds: ["redis-data:/data:rw", "/state/redis:/etc/redis:ro", "redis-secrets:/run/secrets:ro"],
        Tmpfs: { "/tmp": "size=1m" },
        Memory: 134_217_728,
        SecurityOpt: ["no-new-privileges:true"],
      },
      NetworkSettings: {
        Networks: {
          "vigie-dev-redis": { Aliases: ["id-one", "cache"] },
          "vigie-dev-scrape": { Aliases: null },
        },
      },
    },
  ]);
const stack = (more: object = {}) => fakes({ prints: { "inspect --type container id-one": inspected(more) } });

describe("a full disk", () => {
  it("is made of the same program, with the same files but its data, on a small volume in memory", async () => {
    const seen = stack();
    const back = await fullDisk.prepare(fault, seen.tools, "2");
    expect(seen.done).toEqual([]);
    await fullDisk.inject(fault, back, seen.tools, going());
    expect(seen.done.slice(1)).toEqual([
      "volume create --driver local --label vigie.stack=vigie/dev --opt type=tmpfs --opt device=tmpfs " +
        "--opt o=size=4m,mode=0700,uid=999,gid=998 vigie-dev-drill-2",
      "stop --time 5 id-one",
      "create --name vigie-dev-drill-2 --label vigie.stack=vigie/dev --label vigie.component=drill --user 999:998 " +
        "--read-only --cap-drop ALL --memory 134217728b --security-opt no-new-privileges:true --ulimit nproc=512:512 " +
        "--volume /state/redis:/etc/redis:ro --volume redis-secrets:/run/secrets:ro --tmpfs /tmp:size=1m --env A=b c " +
        "--volume vigie-dev-drill-2:/data:nocopy --network vigie-dev-redis --network-alias vigie-dev-one " +
        "--network-alias cache sha256:abc redis-server /etc/redis.conf",
      "network connect --alias vigie-dev-one vigie-dev-scrape vigie-dev-drill-2",
      "start vigie-dev-drill-2",
      "start 2-fill",
    ]);
    expect(seen.helpers[0]?.script).toBe(FILL);
    expect(seen.helpers[0]?.options).toEqual([
      ...["--network", "none", "--volume", "vigie-dev-drill-2:/full", "--user", "999:998", "--memory", "64m"],
    ]);
  });

  it("is gone after the repair, and the program is as it was", async () => {
    const seen = stack();
    const back = await fullDisk.prepare(fault, seen.tools, "2");
    await fullDisk.repair(back, seen.tools);
    expect(seen.done).toEqual([
      "forget vigie-dev-drill-2-fill",
      "forget vigie-dev-drill-2",
      "volume rm vigie-dev-drill-2",
      "start id-one",
    ]);
  });

  it("is only small where it need not be filled; what is before the command stays so", async () => {
    const seen = stack({ Entrypoint: ["tini", "--"], Cmd: null, Env: null, User: "1000" });
    const back = await fullDisk.prepare({ ...fault, filled: false }, seen.tools, "2");
    await fullDisk.inject({ ...fault, filled: false }, back, seen.tools, going());
    expect(seen.done.at(-1)).toBe("start vigie-dev-drill-2");
    expect(seen.done.some((line) => line.includes("o=size=4m,mode=0700,uid=1000,gid=1000 "))).toBe(true);
    expect(seen.done.some((line) => line.endsWith("--entrypoint tini sha256:abc --"))).toBe(true);
  });

  it("is put back where it was half made, and fails where the volume stays", async () => {
    const seen = stack();
    const back = { container: container("one"), place: "vigie-dev-drill-2", filler: "2-fill" };
    seen.fail("volume rm", "Error: No such volume: vigie-dev-drill-2");
    await fullDisk.repair(back, seen.tools);
    expect(seen.done.at(-1)).toBe("start id-one");
    const busy = stack();
    busy.fail("volume rm", "volume is in use");
    await expect(fullDisk.repair(back, busy.tools)).rejects.toThrow("volume is in use");
  });

  it("fails where there is nobody to take the place of", async () => {
    await expect(fullDisk.prepare(fault, fakes({ containers: [] }).tools, "2")).rejects.toThrow("no container");
  });
});
