import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connections } from "../../../../cli/drill/faults/connections.ts";
import { executorOf, repairOf } from "../../../../cli/drill/faults/index.ts";
import { noWrites } from "../../../../cli/drill/faults/no-writes.ts";
import { requests } from "../../../../cli/drill/faults/requests.ts";
import { CONNECT, LIMIT, REQUEST } from "../../../../cli/drill/faults/scripts.ts";
import { silence } from "../../../../cli/drill/faults/silence.ts";
import { visitor } from "../../../../cli/drill/faults/visitor.ts";
import { Absent } from "../../../../cli/drill/tools.ts";
import { described } from "../../containers/recorded.ts";
import { passed } from "../virtual-time.ts";
import { container, fakes, going } from "./fakes.ts";

vi.mock("node:timers/promises", () => import("../virtual-time.ts"));

/** Faults that a container beside the others makes, or that are asked of a program. */
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("connections", () => {
  const fault = { kind: "connections", containers: { component: "redis" }, port: 6379, count: 50 } as const;

  it("are held from the network of the container, by its name, without any right", async () => {
    const seen = fakes({ prints: { inspect: described("id-one", { network: "vigie-dev-redis" }) } });
    const back = await connections.prepare(fault, seen.tools, "3");
    await connections.inject(fault, back, seen.tools, going());
    const [helper] = seen.helpers;
    expect(JSON.parse(helper?.args?.[0] ?? "")).toEqual({
      ...{
        host: "vigie-dev-one",
        port: 6379,
        count: 50,
        holds: null,
        greets: "",
        says: "",
        socket: null,
        untaken: false,
      },
    });
    expect(helper?.script).toBe(CONNECT);
    expect(helper?.options).toEqual([
      ...["--network", "vigie-dev-redis", "--ulimit", "nofile=8192:8192", "--user", "65534:65534", "--memory", "128m"],
    ]);
    await connections.repair(back, seen.tools);
    expect(seen.done.at(-1)).toBe("forget vigie-dev-drill-3");
  });

  it("say and hold what they are told to", async () => {
    const seen = fakes({ containers: [container("far", "far")], prints: { inspect: described("id-far", {}) } });
    const more = { ...fault, holds: 3, greets: "a", says: "b" };
    const back = await connections.prepare(more, seen.tools, "3");
    await connections.inject(more, back, seen.tools, going());
    expect(JSON.parse(seen.helpers[0]?.args?.[0] ?? "")).toMatchObject({ holds: 3, greets: "a", says: "b" });
    expect(seen.helpers[0]?.host).toBe("far");
    await connections.repair(back, seen.tools);
    expect(seen.done.at(-1)).toBe("forget vigie-dev-drill-3 on far");
  });

  it.each<[string, object, readonly string[]]>([
    [
      "the volume of its directory, only to be read",
      {},
      ["--network", "none", "--volume", "redis-run:/run/redis:ro", "--ulimit"],
    ],
    [
      "a directory of their own where nobody takes them",
      { untaken: true },
      ["--network", "none", "--tmpfs", "/run/redis:size=1m,mode=1777", "--ulimit"],
    ],
  ])("reach a socket by %s", async (_, more, options) => {
    const mounts = [
      { Type: "volume", Name: "redis-data", Destination: "/data" },
      { Type: "volume", Name: "redis-run", Destination: "/run/redis" },
    ];
    const seen = fakes({ prints: { inspect: described("id-one", { mounts }) } });
    const { port: _port, ...rest } = fault;
    const given = { ...rest, socket: "/run/redis/redis.sock", ...more };
    await connections.inject(given, await connections.prepare(given, seen.tools, "3"), seen.tools, going());
    expect(seen.helpers[0]?.options?.slice(0, options.length)).toEqual(options);
    expect(JSON.parse(seen.helpers[0]?.args?.[0] ?? "")).toMatchObject({ socket: given.socket, port: null, ...more });
  });

  it("fail where the socket is in no volume: it is absent, and nothing is started", async () => {
    const mounts = [
      { Type: "volume", Name: "redis-data", Destination: "/data" },
      { Type: "tmpfs", Destination: "/run/redis" },
    ];
    const seen = fakes({ prints: { inspect: described("id-one", { mounts }) } });
    const given = { ...fault, socket: "/run/redis/redis.sock" };
    const back = await connections.prepare(given, seen.tools, "3");
    await expect(connections.inject(given, back, seen.tools, going())).rejects.toThrow(
      new Absent("vigie-dev-one has no volume at /run/redis, where its socket is"),
    );
    expect(seen.helpers).toEqual([]);
  });

  it("fail where there is nobody to connect to", async () => {
    await expect(connections.prepare(fault, fakes({ containers: [] }).tools, "3")).rejects.toThrow("no container");
  });
});

describe("requests", () => {
  const fault = { kind: "requests", containers: { component: "x" }, port: 80, path: "/a" } as const;

  it.each([
    ["once a second, without a body", {}, ["http://127.0.0.1:80/a", "", "1"]],
    ["as often and with what they are told", { perSecond: 9, json: "{}" }, ["http://127.0.0.1:80/a", "{}", "9"]],
  ])("come from inside the container's network, %s", async (_, more, args) => {
    const seen = fakes();
    const back = await requests.prepare({ ...fault, ...more }, seen.tools, "4");
    await requests.inject({ ...fault, ...more }, back, seen.tools, going());
    expect(seen.helpers[0]?.script).toBe(REQUEST);
    expect(seen.helpers[0]?.args).toEqual(args);
    expect(seen.helpers[0]?.options).toEqual([
      ...["--network", "container:id-one", "--user", "65534:65534", "--memory", "64m"],
    ]);
    await requests.repair(back, seen.tools);
    expect(seen.done).toEqual(["start 4", "forget vigie-dev-drill-4"]);
  });

  it("fail where there is nobody to ask", async () => {
    await expect(requests.prepare(fault, fakes({ containers: [] }).tools, "4")).rejects.toThrow("no container");
  });
});

describe("a program that can't write", () => {
  const fault = { kind: "no-writes", containers: { component: "prometheus" } } as const;
  const prints = { inspect: described("id-one", { user: "65534:65534" }) };

  it("is limited by its own user, in its own processes, until it is put back", async () => {
    const seen = fakes({ prints });
    const back = await noWrites.prepare(fault, seen.tools, "5");
    await noWrites.inject(fault, back, seen.tools, going());
    await noWrites.repair(back, seen.tools);
    expect(seen.done.slice(1)).toEqual(["run 5-limit", "forget vigie-dev-drill-5-ask", "run 5-limit"]);
    expect(seen.helpers.map(({ args }) => args)).toEqual([["0"], ["max"]]);
    expect(seen.helpers.map(({ script }) => script)).toEqual([LIMIT, LIMIT]);
    expect(seen.helpers[0]?.options).toEqual([
      "--network",
      "none",
      "--pid",
      "container:id-one",
      "--user",
      "65534:65534",
    ]);
  });

  it("is asked meanwhile, and writes again after its time, before the repair", async () => {
    const seen = fakes({ prints });
    const more = { ...fault, seconds: 20, asked: { port: 9090, path: "/-/reload" } };
    const back = await noWrites.prepare(more, seen.tools, "5");
    const begun = Date.now();
    await passed(noWrites.inject(more, back, seen.tools, going()));
    expect(Date.now() - begun).toBe(20_000);
    expect(seen.done.slice(1)).toEqual(["run 5-limit", "start 5-ask", "forget vigie-dev-drill-5-ask", "run 5-limit"]);
    expect(seen.helpers[1]?.args).toEqual(["http://127.0.0.1:9090/-/reload"]);
    expect(seen.helpers[1]?.options).toEqual(["--network", "container:id-one", "--user", "65534:65534"]);
  });

  it("writes again at once where the drill is cut off", async () => {
    const seen = fakes({ prints });
    const over = new AbortController();
    const more = { ...fault, seconds: 20 };
    const back = await noWrites.prepare(more, seen.tools, "5");
    const done = noWrites.inject(more, back, seen.tools, over.signal);
    await vi.advanceTimersByTimeAsync(1000);
    over.abort();
    await done;
    expect(seen.helpers.map(({ args }) => args)).toEqual([["0"], ["max"]]);
  });

  it("needs no repair where it is stopped, and fails where it can't be put back", async () => {
    const seen = fakes({ prints });
    const back = await noWrites.prepare(fault, seen.tools, "5");
    seen.fail("limit");
    await expect(noWrites.repair(back, seen.tools)).rejects.toThrow("the daemon is busy");
    const stopped = fakes({ prints });
    stopped.fail("limit", "Container id-one is not running");
    await noWrites.repair(back, stopped.tools);
  });
});

describe("a silence", () => {
  const fault = { kind: "silence", alert: "Watchdog" } as const;
  const of = (id: string, createdBy: string, state: string, value: string) => ({
    ...{ id, createdBy, status: { state }, matchers: [{ name: "alertname", value }] },
  });

  it("is made for an hour, under the drill's name", async () => {
    const seen = fakes();
    const back = await silence.prepare(fault, seen.tools, "6");
    await silence.inject(fault, back, seen.tools, going());
    expect(seen.asked[0]?.url).toBe("http://alertmanager/api/v2/silences");
    expect(seen.asked[0]?.options.json).toEqual({
      matchers: [{ name: "alertname", value: "Watchdog", isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now()).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: "vigie-drill",
      comment: "npm run drill: Watchdog",
    });
  });

  it("is expired, and no one else's is", async () => {
    const all = [
      of("own", "vigie-drill", "active", "Watchdog"),
      of("over", "vigie-drill", "expired", "Watchdog"),
      of("other-alert", "vigie-drill", "active", "RedisDown"),
      of("person", "somebody", "active", "Watchdog"),
    ];
    const seen = fakes({ answers: (_, { method }) => (method === undefined ? { body: JSON.stringify(all) } : {}) });
    await silence.repair({ alert: "Watchdog" }, seen.tools);
    expect(seen.asked.map(({ url, options }) => [options.method, url])).toEqual([
      [undefined, "http://alertmanager/api/v2/silences"],
      ["DELETE", "http://alertmanager/api/v2/silence/own"],
    ]);
  });

  it.each([
    [404, true],
    [500, false],
  ])("that answers %i to its end is gone: %s", async (status, gone) => {
    const body = JSON.stringify([of("own", "vigie-drill", "active", "Watchdog")]);
    const seen = fakes({
      answers: (_, { method }) => (method === undefined ? { body } : { status, body: "n".repeat(999) }),
    });
    const end = silence.repair({ alert: "Watchdog" }, seen.tools);
    if (gone) await end;
    else await expect(end).rejects.toThrow(/^Alertmanager keeps a silence: 500 n{160}$/);
  });

  it("is absent where there is no Alertmanager", async () => {
    const { tools } = fakes();
    const alone = { ...tools, proof: { ...tools.proof, urls: { prometheus: "http://prometheus/" } } };
    await expect(silence.prepare(fault, alone, "6")).rejects.toThrow(Absent);
  });
});

describe("a container of its own", () => {
  it.each([
    ["fills-memory", ["--memory", "64m", "--memory-swap", "64m"]],
    ["exceeds-memory", ["--memory", "48m", "--memory-swap", "48m"]],
    ["burns-processor", ["--memory", "32m", "--cpus", "0.02"]],
    ["restarts", ["--memory", "32m", "--restart", "always"]],
  ] as const)("%s within its limits, without a network, and is removed", async (does, options) => {
    const seen = fakes();
    const back = await visitor.prepare({ kind: "visitor", does }, seen.tools, "8");
    await visitor.inject({ kind: "visitor", does }, back, seen.tools, going());
    expect(seen.helpers[0]?.options).toEqual([
      ...["--network", "none", "--user", "65534:65534", "--read-only", "--init"],
      ...options,
    ]);
    await visitor.repair(back, seen.tools);
    expect(seen.done).toEqual(["start 8", "forget vigie-dev-drill-8"]);
  });
});

describe("the executor of a kind", () => {
  it("is its own, and puts back what it left", async () => {
    expect(executorOf("silence")).toBe(silence);
    expect(executorOf("no-writes")).toBe(noWrites);
    const seen = fakes();
    await repairOf("visitor", { helper: "9" }, seen.tools);
    expect(seen.done).toEqual(["forget vigie-dev-drill-9"]);
  });
});
