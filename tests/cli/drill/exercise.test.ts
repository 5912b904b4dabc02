import { describe, expect, it, vi } from "vitest";
import { describe as described } from "../../../cli/drill/exercise.ts";
import { Absent } from "../../../cli/drill/tools.ts";
import { BOTH, exercising, labelsOf, plan, well } from "./exercising.ts";
import { planned, stop } from "./plans.ts";
import { type Behaviour, World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const now = exercising();

describe("a drill of a stack in which all is well", () => {
  it("measures each step, and puts the fault back", async () => {
    const world = new World([well]);
    const { status, seconds, muted, problem } = await now.one(world);
    expect([status, problem, muted]).toEqual(["ok", undefined, []]);
    // It looks twice a second.
    expect(seconds.detect).toBeGreaterThanOrEqual(12);
    expect(seconds.detect).toBeLessThanOrEqual(13);
    expect(seconds.notify).toBeGreaterThanOrEqual(0.5);
    expect(seconds.notify).toBeLessThanOrEqual(2);
    expect(seconds.resolve).toBeGreaterThanOrEqual(6);
    expect(seconds.resolve).toBeLessThanOrEqual(7.5);
    expect(world.commands).toEqual(["stop --time 5 id-redis", "start id-redis"]);
    expect(now.said).toEqual([
      "begins: stop redis",
      `RedisDown of redis has come: after ${seconds.detect} s, told after ${seconds.notify} s more`,
      "is put back",
    ]);
    now.expectPutBack(world);
  });

  it("writes what it is about to do down before it does it", async () => {
    const world = new World([well]);
    const held: boolean[] = [];
    const push = world.commands.push.bind(world.commands);
    Object.assign(world.commands, {
      push: (command: string) => {
        held.push(now.journal.holds("1"));
        return push(command);
      },
    });
    await now.one(world);
    expect(held).toEqual([true, true]);
  });

  it("does one fault for two alerts, and judges each", async () => {
    const other = planned("RedisSlow", { fault: stop("redis"), labels: { service: "redis" }, receivers: BOTH });
    const world = new World([well, { ...well, labels: labelsOf("RedisSlow", "redis"), fires: null }]);
    const outcomes = await now.judged(world, [plan, other]);
    expect(outcomes.map(({ status }) => status)).toEqual(["ok", "failed"]);
    expect(world.commands).toHaveLength(2);
  });

  it("tells of nobody where nobody is to be told", async () => {
    const info = { ...well.labels, severity: "info" };
    const world = new World([{ labels: info, fires: 3 }]);
    expect((await now.one(world, { severity: "info", receivers: [] })).status).toBe("ok");
  });

  it("counts an inbox that the fault takes away for nothing", async () => {
    const world = new World([{ ...well, told: { notices: 1 } }]);
    expect((await now.one(world, { deafens: ["mails"] })).status).toBe("ok");
    expect((await now.one(new World([{ ...well, told: { notices: 1 } }]))).status).toBe("failed");
  });
});

describe("an alert that comes beyond a bound", () => {
  it.each<[string, Behaviour, "ok" | "late" | "failed"]>([
    ["detected in time", { ...well, fires: 19 }, "ok"],
    ["detected after its bound", { ...well, fires: 21 }, "late"],
    ["detected within twice its bound and half a minute", { ...well, fires: 68 }, "late"],
    ["detected after that", { ...well, fires: 72 }, "failed"],
    ["told in time", { ...well, told: { mails: 3, notices: 3 } }, "ok"],
    ["told after its bound", { ...well, told: { mails: 1, notices: 6 } }, "late"],
    ["told after twice its bound and half a minute", { ...well, told: { mails: 1, notices: 41 } }, "failed"],
    ["over in time", { ...well, ends: 46 }, "ok"],
    ["over after its bound", { ...well, ends: 50 }, "late"],
    ["over after twice its bound and half a minute", { ...well, ends: 130 }, "failed"],
  ])("is judged: %s", async (_, behaviour, status) => {
    const world = new World([behaviour]);
    expect((await now.one(world)).status).toBe(status);
    now.expectPutBack(world);
  });
});

describe("what there is nothing to try on", () => {
  it("is absent, with the reason, and nothing is done", async () => {
    const world = new World([well]);
    Object.assign(world.tools, { find: () => Promise.reject(new Absent("no container of redis runs in vigie/dev")) });
    expect(await now.one(world)).toMatchObject({ status: "absent", why: "no container of redis runs in vigie/dev" });
    expect(world.commands).toEqual([]);
    now.expectPutBack(world);
  });
});

describe("a fault in a few words", () => {
  it.each([
    [{ fault: stop("redis") }, "stop redis"],
    [{ fault: stop("redis"), visited: "http://x/" }, "stop redis, with visitors"],
    [{ fault: { kind: "stop", containers: { component: "a", name: ["b", "c"], one: true } } }, "stop one of b, c"],
    [{ fault: { kind: "stand-in", job: "node" } }, "a stand-in for node"],
    [{ fault: { kind: "silence", alert: "Watchdog" } }, "a silence on Watchdog"],
    [{ fault: { kind: "visitor", does: "restarts" } }, "a container that restarts"],
  ] as const)("%j is %s", (exercise, words) => {
    expect(described(exercise)).toBe(words);
  });
});
