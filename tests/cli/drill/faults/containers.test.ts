import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../../../cli/drill/faults/commands.ts";
import { cut } from "../../../../cli/drill/faults/cut.ts";
import { pause } from "../../../../cli/drill/faults/pause.ts";
import { stop } from "../../../../cli/drill/faults/stop.ts";
import { described } from "../../containers/recorded.ts";
import { container, fakes, going } from "./fakes.ts";

vi.mock("node:timers/promises", () => import("../virtual-time.ts"));

/** Faults that Docker makes by itself. */
const containers = { component: "redis" };
const two = [container("redis-1"), container("redis-2", "far")];

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a stop", () => {
  const fault = { kind: "stop", containers } as const;

  it("stops each container on its host, and starts it again", async () => {
    const { tools, done } = fakes({ containers: two });
    const back = await stop.prepare(fault, tools, "1");
    expect(done).toEqual([]);
    await stop.inject(fault, back, tools, going());
    expect(done).toEqual(["stop --time 5 id-redis-1", "far: stop --time 5 id-redis-2"]);
    await stop.repair(back, tools);
    expect(done.slice(2)).toEqual(["start id-redis-1", "far: start id-redis-2"]);
  });

  it("is put back for all where one can't be, and says so", async () => {
    const { tools, done, fail } = fakes({ containers: two });
    fail("start id-redis-1", "the disk is full");
    await expect(stop.repair({ containers: two }, tools)).rejects.toThrow("the disk is full");
    expect(done).toEqual(["start id-redis-1", "far: start id-redis-2"]);
  });

  it("needs no repair of a container that is gone", async () => {
    const { tools, fail } = fakes();
    fail("start", "Error response from daemon: No such container: id-one");
    await stop.repair({ containers: [container("one")] }, tools);
  });
});

describe("a pause", () => {
  const fault = { kind: "pause", containers } as const;

  it("holds each container, and lets it go", async () => {
    const { tools, done } = fakes({ containers: two });
    const back = await pause.prepare(fault, tools, "1");
    await pause.inject(fault, back, tools, going());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toEqual(["pause id-redis-1", "far: pause id-redis-2"]);
    await pause.repair(back, tools);
    expect(done.slice(2)).toEqual(["unpause id-redis-1", "far: unpause id-redis-2"]);
  });

  it("goes on and stands still in turns, until it is over", async () => {
    const { tools, done } = fakes();
    const over = new AbortController();
    const beating = { ...fault, beats: { still: 6, runs: 2 } };
    const back = await pause.prepare(beating, tools, "1");
    await pause.inject(beating, back, tools, over.signal);
    await vi.advanceTimersByTimeAsync(5999);
    expect(done).toEqual(["pause id-one"]);
    await vi.advanceTimersByTimeAsync(2001);
    expect(done).toEqual(["pause id-one", "unpause id-one", "pause id-one"]);
    over.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toHaveLength(3);
  });

  it.each(["is not paused", "No such container"])("needs no repair where Docker says: %s", async (words) => {
    const { tools, fail } = fakes();
    fail("unpause", `Container id-one ${words}`);
    await pause.repair({ containers: [container("one")] }, tools);
  });

  it("fails where it can't be put back", async () => {
    const { tools, fail } = fakes();
    fail("unpause");
    await expect(pause.repair({ containers: [container("one")] }, tools)).rejects.toThrow("the daemon is busy");
  });
});

describe("a cut", () => {
  const fault = { kind: "cut", containers, network: "monitoring" } as const;
  const inspect = "inspect --type container";
  const known = (networks: Readonly<Record<string, readonly string[] | null>>) => described("id-one", { networks });
  const prints = {
    [inspect]: known({
      "vigie-dev-app": ["other"],
      "vigie-dev-monitoring": ["node-exporter", "id-o", "vigie-dev-one"],
    }),
  };

  it("takes a container out of the network, and brings it back with its names but the one that Docker gives", async () => {
    const { tools, done } = fakes({ prints });
    const back = await cut.prepare(fault, tools, "1");
    expect(back.containers[0]?.aliases).toEqual(["node-exporter", "vigie-dev-one"]);
    await cut.inject(fault, back, tools, going());
    await cut.repair(back, tools);
    expect(done.slice(1)).toEqual([
      "network disconnect vigie-dev-monitoring id-one",
      "network connect --alias node-exporter --alias vigie-dev-one vigie-dev-monitoring id-one",
    ]);
  });

  it("has no names to bring back where Docker knows none", async () => {
    const { tools, done } = fakes({ prints: { inspect: known({ "vigie-dev-monitoring": null }) } });
    const back = await cut.prepare(fault, tools, "1");
    await cut.repair(back, tools);
    expect(done.at(-1)).toBe("network connect vigie-dev-monitoring id-one");
  });

  it.each([
    [{}, "none"],
    [{ "vigie-dev-app": null, "vigie-dev-notify": ["x"] }, "vigie-dev-app, vigie-dev-notify"],
  ])("fails before anything is done where it is not in that network, but in %j", async (networks, those) => {
    const { tools, done } = fakes({ prints: { inspect: known(networks) } });
    await expect(cut.prepare(fault, tools, "1")).rejects.toThrow(
      `vigie-dev-one is not in the network vigie-dev-monitoring, which it was to be taken out of; it is in ${those}`,
    );
    expect(done).toHaveLength(1);
  });

  it.each(["endpoint with name x already exists", "No such container", "network vigie-dev-monitoring not found"])(
    "needs no repair where Docker says: %s",
    async (words) => {
      const { tools, fail } = fakes({ prints });
      const back = await cut.prepare(fault, tools, "1");
      fail("network connect", words);
      await cut.repair(back, tools);
    },
  );

  it("fails where it can't be put back", async () => {
    const { tools, fail } = fakes({ prints });
    const back = await cut.prepare(fault, tools, "1");
    fail("network connect");
    await expect(cut.repair(back, tools)).rejects.toThrow("the daemon is busy");
  });
});

describe("commands", () => {
  const fault = {
    kind: "commands",
    containers,
    command: ["redis-cli", "ping"],
    times: 2,
    mend: ["redis-cli", "reset"],
  } as const;

  it("run again and again, so many at once, until it is over, and are mended", async () => {
    const { tools, done } = fakes();
    const over = new AbortController();
    const back = await commands.prepare(fault, tools, "1");
    await commands.inject(fault, back, tools, over.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toEqual(["exec id-one redis-cli ping", "exec id-one redis-cli ping"]);
    await vi.advanceTimersByTimeAsync(499);
    expect(done).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveLength(4);
    over.abort();
    await vi.advanceTimersByTimeAsync(5000);
    expect(done).toHaveLength(4);
    await commands.repair(back, tools);
    expect(done.at(-1)).toBe("exec id-one redis-cli reset");
  });

  it("go on where one fails", async () => {
    const { tools, done, fail } = fakes();
    fail("ping");
    const over = new AbortController();
    const single = { kind: "commands", containers, command: ["redis-cli", "ping"] } as const;
    const back = await commands.prepare(single, tools, "1");
    await commands.inject(single, back, tools, over.signal);
    await vi.advanceTimersByTimeAsync(1000);
    over.abort();
    expect(done).toHaveLength(3);
    // It leaves nothing.
    await commands.repair(back, tools);
    expect(done).toHaveLength(3);
  });

  it("need no mending of a container that is stopped, and fail where they can't be mended", async () => {
    const { tools, fail } = fakes();
    const back = await commands.prepare(fault, tools, "1");
    fail("reset", "Container id-one is not running");
    await commands.repair(back, tools);
    const busy = fakes();
    busy.fail("reset");
    await expect(commands.repair(back, busy.tools)).rejects.toThrow("the daemon is busy");
  });
});
