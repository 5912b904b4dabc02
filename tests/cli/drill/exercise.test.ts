import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exercisesOf } from "../../../cli/drill/claims.ts";
import { describe as described, runExercise } from "../../../cli/drill/exercise.ts";
import { type Journal, openJournal } from "../../../cli/drill/journal.ts";
import type { Outcome } from "../../../cli/drill/outcome.ts";
import { Absent } from "../../../cli/drill/tools.ts";
import { beginWatch } from "../../../cli/drill/watch.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import { planned, stop } from "./plans.ts";
import { passed } from "./virtual-time.ts";
import { type Behaviour, World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const BOTH = ["inbox-mail", "inbox-notices"];
const labelsOf = (alertname: string, service: string, more: Readonly<Record<string, string>> = {}) => ({
  alertname,
  service,
  severity: "critical",
  ...more,
});
const plan = planned("RedisDown", { fault: stop("redis"), labels: { service: "redis" }, receivers: BOTH });
const well: Behaviour = { labels: labelsOf("RedisDown", "redis"), fires: 12, told: { mails: 1, notices: 1 } };

let directory: string;
let journal: Journal;
let said: string[];

beforeEach(() => {
  vi.useFakeTimers();
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-exercise-"));
  journal = openJournal(path.join(directory, "drill.json"));
  said = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** What comes of the drill of alerts that tell of one fault. */
async function judged(world: World, plans: readonly PlannedAlert[] = [plan], abort = new AbortController()) {
  const [exercise] = exercisesOf(plans, {});
  if (exercise === undefined) throw new Error("no exercise");
  const run = async (): Promise<readonly Outcome[]> => {
    const watch = await beginWatch(world.tools.proof, world.tools.ask);
    const say = (_: unknown, words: string) => said.push(words);
    const outcomes = await runExercise(exercise, { tools: world.tools, watch, journal, signal: abort.signal, say });
    watch.end();
    return outcomes;
  };
  return await passed(run());
}

async function one(world: World, more: Partial<PlannedAlert> = {}): Promise<Outcome> {
  const [outcome] = await judged(world, [{ ...plan, ...more }]);
  if (outcome === undefined) throw new Error("no outcome");
  return outcome;
}

/** Nothing of the drill is left. */
function expectPutBack(world: World): void {
  expect([...world.stopped]).toEqual([]);
  expect(journal.holds("1")).toBe(false);
}

describe("a drill of a stack in which all is well", () => {
  it("measures each step, and puts the fault back", async () => {
    const world = new World([well]);
    const { status, seconds, muted, problem } = await one(world);
    expect([status, problem, muted]).toEqual(["ok", undefined, []]);
    // It looks twice a second.
    expect(seconds.detect).toBeGreaterThanOrEqual(12);
    expect(seconds.detect).toBeLessThanOrEqual(13);
    expect(seconds.notify).toBeGreaterThanOrEqual(0.5);
    expect(seconds.notify).toBeLessThanOrEqual(2);
    expect(seconds.resolve).toBeGreaterThanOrEqual(6);
    expect(seconds.resolve).toBeLessThanOrEqual(7.5);
    expect(world.commands).toEqual(["stop --time 5 id-redis", "start id-redis"]);
    expect(said).toEqual([
      "begins: stop redis",
      `RedisDown of redis has come: after ${seconds.detect} s, told after ${seconds.notify} s more`,
      "is put back",
    ]);
    expectPutBack(world);
  });

  it("writes what it is about to do down before it does it", async () => {
    const world = new World([well]);
    const held: boolean[] = [];
    const push = world.commands.push.bind(world.commands);
    Object.assign(world.commands, {
      push: (command: string) => {
        held.push(journal.holds("1"));
        return push(command);
      },
    });
    await one(world);
    expect(held).toEqual([true, true]);
  });

  it("does one fault for two alerts, and judges each", async () => {
    const other = planned("RedisSlow", { fault: stop("redis"), labels: { service: "redis" }, receivers: BOTH });
    const world = new World([well, { ...well, labels: labelsOf("RedisSlow", "redis"), fires: null }]);
    const outcomes = await judged(world, [plan, other]);
    expect(outcomes.map(({ status }) => status)).toEqual(["ok", "failed"]);
    expect(world.commands).toHaveLength(2);
  });

  it("tells of nobody where nobody is to be told", async () => {
    const info = { ...well.labels, severity: "info" };
    const world = new World([{ labels: info, fires: 3 }]);
    expect((await one(world, { severity: "info", receivers: [] })).status).toBe("ok");
  });

  it("counts an inbox that the fault takes away for nothing", async () => {
    const world = new World([{ ...well, told: { notices: 1 } }]);
    expect((await one(world, { deafens: ["mails"] })).status).toBe("ok");
    expect((await one(new World([{ ...well, told: { notices: 1 } }]))).status).toBe("failed");
  });
});

describe("a drill fails", () => {
  it.each<[string, Behaviour, RegExp, RegExp]>([
    [
      "where nothing fires",
      { ...well, fires: null },
      /^RedisDown of redis fires in Prometheus$/,
      /^within 70 s: .*not about to/,
    ],
    [
      "where the alert of another service fires",
      { ...well, labels: labelsOf("RedisDown", "valkey") },
      /fires in Prometheus$/,
      /what fires: RedisDown of valkey$/,
    ],
    [
      "where it fires with another severity",
      { ...well, labels: { ...well.labels, severity: "warning" } },
      /fires in Prometheus$/,
      /what fires: RedisDown of redis$/,
    ],
    [
      "where nobody is told",
      { ...well, told: {} },
      /in inbox-mail and inbox-notices$/,
      /^within 38 s: nothing in inbox-mail and inbox-notices$/,
    ],
    [
      "where another alert mutes it",
      { ...well, told: {}, inhibited: true },
      /^a notice/,
      /^within 38 s: nothing in inbox-mail and inbox-notices; another alert mutes it$/,
    ],
    ["where one of two is told", { ...well, told: { mails: 1 } }, /^a notice/, /nothing in inbox-notices$/],
    ["where it does not end", { ...well, ends: null }, /^RedisDown of redis ends/, /^within 126 s: firing$/],
    ["where nobody is told of its end", { ...well, endTold: null }, /is told so$/, /it does not fire/],
  ])("%s", async (_, behaviour, expected, came) => {
    const world = new World([behaviour]);
    const outcome = await one(world);
    expect(outcome.status).toBe("failed");
    // Where to look: pages that are there, and the runbook of what it is about.
    const notified = ["http://alertmanager/#/alerts", "http://mail/", "http://notices/"];
    expect(outcome.problem?.look).toEqual(
      /^a notice/.test(outcome.problem?.expected ?? "")
        ? [...notified, "docs/runbooks/NotificationsFailing.md"]
        : ["http://prometheus/alerts?search=RedisDown", "docs/runbooks/RedisDown.md"],
    );
    expect(outcome.problem?.expected).toMatch(expected);
    expect(outcome.problem?.came).toMatch(came);
    expect(outcome.problem).toMatchSnapshot();
    expectPutBack(world);
  });

  it("where the wrong receiver is told, and says which one", async () => {
    const outcome = await one(new World([{ ...well, told: { notices: 1 } }]), { receivers: ["inbox-mail"] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: { came: "within 38 s: nothing in inbox-mail, but one in inbox-notices" },
    });
  });

  it("where somebody else is told, too", async () => {
    const outcome = await one(new World([well]), { receivers: ["inbox-mail"] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: {
        expected: "inbox-mail alone is told of RedisDown of redis",
        came: "a notice in inbox-notices, too",
      },
    });
  });

  it("where anybody is told of what is nobody's", async () => {
    const outcome = await one(new World([well]), { receivers: [] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: { expected: "nobody is told of RedisDown of redis", came: "a notice in inbox-mail and inbox-notices" },
    });
  });

  it("where the fault can't be made, and puts back what was done of it", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "stop", times: 1, says: "permission denied" }];
    const outcome = await one(world);
    expect(outcome).toMatchObject({ status: "failed", problem: { came: "docker stop --time: permission denied" } });
    expect(world.commands.at(-1)).toBe("start id-redis");
    expectPutBack(world);
  });

  it("where something fires before anything was done: nothing is done", async () => {
    const world = new World([well], [well.labels]);
    const outcome = await one(world);
    expect(outcome.problem?.came).toMatch(/^RedisDown of redis before anything was done/);
    expect(world.commands).toEqual([]);
  });

  it("where Prometheus is silent: nothing is done", async () => {
    const world = new World([well]);
    world.answers = false;
    const outcome = await one(world);
    expect(outcome.problem?.came).toMatch(/^Prometheus is silent before anything was done/);
    expect(world.commands).toEqual([]);
  });
});

describe("a notice of before the fault", () => {
  it.each([
    ["was in the inbox already", 0],
    ["came while the drill waited for quiet", 3000],
  ])("counts for nothing where it %s", async (_, after) => {
    // The new one never comes to that inbox.
    const world = new World([{ ...well, told: { mails: 1 } }]);
    const [ask, from] = [world.tools.ask, Date.now() + after];
    const old = { received: 1, notice: { groupKey: "x", alerts: [{ status: "firing", labels: well.labels }] } };
    Object.assign(world.tools, {
      ask: async (url: string, options: Parameters<typeof ask>[1]) =>
        url.startsWith("http://notices/") && Date.now() >= from
          ? { status: 200, headers: {}, body: JSON.stringify([old]) }
          : await ask(url, options),
    });
    // Before what mutes others it waits for Alertmanager.
    const outcome = await one(world, { mutes: ["catalog"] });
    expect(outcome.problem?.came).toBe("within 38 s: nothing in inbox-notices");
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
    expect((await one(world)).status).toBe(status);
    expectPutBack(world);
  });
});

describe("a symptom of an outage", () => {
  const symptom = labelsOf("ProbeFailed", "catalog", { kind: "symptom" });
  const outage = { mutes: ["catalog"] };

  it("is noted where Alertmanager keeps it back", async () => {
    const world = new World([well, { labels: symptom, fires: 5, inhibited: true }]);
    expect(await one(world, outage)).toMatchObject({ status: "ok", muted: ["ProbeFailed of catalog"] });
  });

  it.each<[string, Behaviour]>([
    ["before the outage is told", { labels: symptom, fires: 5, told: { notices: 1 } }],
    ["after it", { labels: symptom, fires: 14, told: { notices: 15 } }],
    ["after it was kept back", { labels: symptom, fires: 5, told: { notices: 20 }, inhibited: true }],
  ])("fails the drill where it escapes %s", async (_, escaped) => {
    const world = new World([well, escaped]);
    expect(await one(world, outage)).toMatchObject({
      status: "failed",
      problem: { came: "notices of ProbeFailed of catalog" },
    });
    expectPutBack(world);
  });

  it("fails it with all that fires in the place of what is awaited, each once", async () => {
    const other = (name: string, service: string): Behaviour => ({
      labels: labelsOf(name, service),
      fires: 3,
      ends: null,
    });
    const world = new World([other("LokiDown", "loki"), other("Slow", "catalog"), other("Slow", "catalog")]);
    expect((await one(world)).problem?.came).toMatch(/; what fires: LokiDown of loki, Slow of catalog$/);
  });

  it("fails it with each that escapes, once, and with where to look", async () => {
    const slow = labelsOf("HttpSlowP95", "orders", { kind: "symptom", severity: "warning" });
    const told = { fires: 5, told: { notices: 1 } };
    const world = new World([well, { labels: symptom, ...told }, { labels: slow, ...told }]);
    const outcome = await one(world, { mutes: ["catalog", "orders"] });
    expect(outcome.problem).toEqual({
      expected: "while RedisDown of redis, nobody is told of symptoms of catalog, orders",
      came: "notices of ProbeFailed of catalog, HttpSlowP95 of orders",
      look: ["docs/alerts.md", "http://alertmanager/#/alerts?inhibited=true"],
    });
  });

  it("is noted of no service that the outage does not mute", async () => {
    const world = new World([well, { labels: { ...symptom, service: "blog" }, fires: 5, inhibited: true }]);
    expect(await one(world, outage)).toMatchObject({ status: "ok", muted: [] });
  });

  it("is looked at for no alert that keeps nothing back", async () => {
    const world = new World([well, { labels: symptom, fires: 5, told: { notices: 1 } }]);
    expect(await one(world, { mutes: [] })).toMatchObject({ status: "ok", muted: [] });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["of another service", { ...symptom, service: "blog" }],
    ["that is no symptom", { ...symptom, kind: "cause" }],
  ])("is none of this outage where it is one %s", async (_, labels) => {
    const world = new World([well, { labels, fires: 5, told: { notices: 1 } }]);
    expect((await one(world, outage)).status).toBe("ok");
  });

  it("that fires already is awaited to end: Alertmanager mutes only what it has not told", async () => {
    const outcome = await one(new World([well], [symptom]), outage);
    expect(outcome.problem?.came).toMatch(/^ProbeFailed of catalog before anything was done/);
  });
});

describe("the dead man's switch", () => {
  const watchdog = planned("Watchdog", { severity: "none", fault: stop("switch"), receivers: [] });
  const mail = (begins: string, ends: string, more: Partial<Behaviour> = {}): Behaviour => ({
    labels: { alertname: "switch", begins, ends },
    fires: 3,
    told: { mails: 1 },
    ...more,
  });
  const [silent, back] = [
    "[FIRING] The monitoring is silent: vigie/dev",
    "[RESOLVED] The monitoring is back: vigie/dev",
  ];

  it("is judged by its mails, that the monitoring is silent and that it is back", async () => {
    const world = new World([mail(silent, back)]);
    const [outcome] = await judged(world, [watchdog]);
    expect(outcome).toMatchObject({ status: "ok", seconds: { notify: 0 } });
    expect(outcome?.seconds.detect).toBeGreaterThanOrEqual(4);
    expect(outcome?.seconds.resolve).toBeGreaterThanOrEqual(6);
  });

  const [told, over] = ["a mail of the dead man's switch", "a mail of the dead man's switch that all is well"];
  it.each<[string, readonly Behaviour[], string]>([
    ["no mail", [], told],
    ["a mail about something else", [mail("[FIRING:1] critical: redis: RedisDown", back)], told],
    ["a mail that only says that it is back", [mail(back, back)], told],
    ["no mail that it is back", [mail(silent, back, { endTold: null })], over],
    ["a mail that it is back while it is not", [mail(silent, silent), mail(back, silent, { fires: 2 })], over],
  ])("fails with %s", async (_, behaviours, expected) => {
    const world = new World(behaviours);
    const [outcome] = await judged(world, [watchdog]);
    expect(outcome).toMatchObject({ status: "failed", problem: { expected } });
    expect(outcome?.problem).toMatchSnapshot();
    expectPutBack(world);
  });
});

describe("what can't be put back at once", () => {
  it("is tried again until it is", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "start", times: 3 }];
    expect((await one(world)).status).toBe("ok");
    expectPutBack(world);
  });

  it("fails the drill, stays in the journal, and is said, with what to do", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "start", times: 99 }];
    expect(await one(world)).toMatchObject({
      status: "failed",
      problem: { came: "docker start id-redis: the daemon is busy" },
    });
    expect(journal.holds("1")).toBe(true);
    expect(said.at(-1)).toBe(
      "is NOT put back: docker start id-redis: the daemon is busy. Try: npm run drill -- --repair",
    );
    expect(world.commands.filter((line) => line.startsWith("start"))).toHaveLength(4);
  });
});

describe("what there is nothing to try on", () => {
  it("is absent, with the reason, and nothing is done", async () => {
    const world = new World([well]);
    Object.assign(world.tools, { find: () => Promise.reject(new Absent("no container of redis runs in vigie/dev")) });
    expect(await one(world)).toMatchObject({ status: "absent", why: "no container of redis runs in vigie/dev" });
    expect(world.commands).toEqual([]);
    expectPutBack(world);
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
