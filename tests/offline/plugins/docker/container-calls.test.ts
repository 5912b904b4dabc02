import { describe, expect, it } from "vitest";
import type { DockerClient } from "../../../../offline/plugins/docker/client.ts";
import { containerResource } from "../../../../offline/plugins/docker/container.ts";
import { containerBody } from "../../../../offline/plugins/docker/container-body.ts";
import { testOperation } from "../operation.ts";
import inspect from "./inspect.json" with { type: "json" };

/** What the daemon is asked when a container changes and goes, in its order. */
function daemon(fail: Readonly<Record<string, number>> = {}) {
  const asked: [string, unknown?][] = [];
  const call = (name: string) => async (options?: unknown) => {
    asked.push(options === undefined ? [name] : [name, options]);
    if (fail[name] !== undefined) throw Object.assign(new Error(`${name} failed`), { statusCode: fail[name] });
    return {};
  };
  const handle = {
    stop: call("stop"),
    remove: call("remove"),
    update: call("update"),
    inspect: async () => inspect.running,
  };
  const client = (async () => ({ getContainer: () => handle })) as unknown as DockerClient;
  return { resource: containerResource(client), asked };
}

const olds = { name: "web", image: "i", memory: 64, memorySwap: 64, mustRun: true };

describe("a container that goes", () => {
  it.each([
    ["at once", {}, 0],
    ["with its time to end", { destroyGraceSeconds: 7 }, 7],
  ])("is stopped first, %s, and its volumes without a name go with it", async (_, more, seconds) => {
    const { resource, asked } = daemon();
    await resource.delete("abc", { ...olds, ...more }, testOperation().operation);
    expect(asked).toEqual([
      ["stop", { t: seconds }],
      ["remove", { v: true, force: true }],
    ]);
  });

  it("leaves its volumes where that is said", async () => {
    const { resource, asked } = daemon();
    await resource.delete("abc", { ...olds, removeVolumes: false }, testOperation().operation);
    expect(asked.at(-1)).toEqual(["remove", { v: false, force: true }]);
  });

  it("that has stopped already is removed all the same", async () => {
    const { resource, asked } = daemon({ stop: 304 });
    await resource.delete("abc", olds, testOperation().operation);
    expect(asked.map(([name]) => name)).toEqual(["stop", "remove"]);
  });

  it("fails with the daemon's words where it can't be stopped, and is not ended the hard way", async () => {
    const { resource, asked } = daemon({ stop: 500 });
    await expect(resource.delete("abc", olds, testOperation().operation)).rejects.toThrow(
      /Error deleting container abc: .*stop failed/,
    );
    expect(asked.map(([name]) => name)).toEqual(["stop"]);
  });
});

describe("a container that is replaced", () => {
  it("goes before the new one comes, since a name is there once; one with a name of its own, afterwards", () => {
    const { resource } = daemon();
    expect(resource.deleteBeforeReplace?.({ ...olds, __defaults: [] })).toBe(true);
    expect(resource.deleteBeforeReplace?.({ ...olds, __defaults: ["image"] })).toBe(true);
    expect(resource.deleteBeforeReplace?.({ ...olds, __defaults: ["name"] })).toBe(false);
  });
});

describe("a container that changes", () => {
  const MIB = 1024 ** 2;

  it.each<[string, string | number, object]>([
    ["restart", "always", { RestartPolicy: { Name: "always", MaximumRetryCount: 0 } }],
    ["maxRetryCount", 3, { RestartPolicy: { Name: "", MaximumRetryCount: 3 } }],
    ["cpuShares", 512, { CpuShares: 512 }],
    ["cpuSet", "0", { CpusetCpus: "0" }],
    ["memory", 128, { Memory: 128 * MIB, MemorySwap: 64 * MIB }],
    ["memoryReservation", 32, { MemoryReservation: 32 * MIB }],
    ["memorySwap", 128, { Memory: 64 * MIB, MemorySwap: 128 * MIB }],
    ["memorySwap", -1, { MemorySwap: -1 }],
  ])("in its %s, to %s, is updated by the daemon, which is told of it", async (property, value, told) => {
    const { resource, asked } = daemon();
    await resource.update?.("abc", olds, { ...olds, [property]: value }, testOperation().operation);
    expect(asked).toEqual([["update", expect.objectContaining(told)]]);
  });

  it("in nothing of the daemon's is not updated", async () => {
    const { resource, asked } = daemon();
    await resource.update?.("abc", olds, { ...olds, destroyGraceSeconds: 3 }, testOperation().operation);
    expect(asked).toEqual([]);
  });
});

describe("a container's body", () => {
  it("has its limits, groups and mounts", () => {
    const { HostConfig: host } = containerBody({
      ...olds,
      ulimits: [{ name: "nproc", soft: 512, hard: 1024 }],
      groupAdds: ["998"],
      mounts: [{ target: "/m", type: "tmpfs" }],
    }) as { HostConfig: Record<string, unknown> };
    expect(host.Ulimits).toEqual([{ Name: "nproc", Soft: 512, Hard: 1024 }]);
    expect(host.GroupAdd).toEqual(["998"]);
    expect(host.Mounts).toMatchObject([{ Target: "/m", Type: "tmpfs" }]);
  });
});
