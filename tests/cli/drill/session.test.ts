import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openJournal } from "../../../cli/drill/journal.ts";
import { runDrill } from "../../../cli/drill/session.ts";
import { Absent } from "../../../cli/drill/tools.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import { planned, stop } from "./plans.ts";
import { passed } from "./virtual-time.ts";
import { type Behaviour, World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const BOTH = ["inbox-mail", "inbox-notices"];
const downOf = (service: string, more: Partial<PlannedAlert> = {}) =>
  planned("Down", { fault: stop(service), labels: { service }, receivers: BOTH, ...more });
const comes = (service: string, more: Partial<Behaviour> = {}): Behaviour => ({
  labels: { alertname: "Down", service, severity: "critical" },
  fires: 12,
  told: { mails: 1, notices: 1 },
  ...more,
});

let directory: string;
let file: string;

beforeEach(() => {
  vi.useFakeTimers();
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-drill-"));
  file = path.join(directory, "drill.json");
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** A run, with what was said and printed, and the signals that it listens to. */
function begin(world: World, alerts: readonly PlannedAlert[], more: { json?: boolean; repairOnly?: boolean } = {}) {
  const said: string[] = [];
  const printed: string[] = [];
  const signals = new EventEmitter();
  const run = runDrill(
    alerts,
    {},
    {
      tools: world.tools,
      journal: openJournal(file),
      signals,
      say: (words) => said.push(words),
      print: (text) => printed.push(text),
      ...more,
    },
  );
  return { said, printed, signals, code: () => passed(run) };
}

const document = (printed: readonly string[]) =>
  JSON.parse(printed.join("")) as { ok: boolean; alerts: readonly { status: string }[] };

describe("npm run drill ends with", () => {
  it.each<[number, string, readonly Behaviour[], readonly string[]]>([
    [0, "all in time", [comes("redis"), comes("mysql")], ["ok", "ok"]],
    [4, "one late", [comes("redis"), comes("mysql", { fires: 30 })], ["ok", "late"]],
    [1, "one that never came", [comes("redis"), comes("mysql", { fires: null })], ["ok", "failed"]],
    [1, "one late and one that never came", [comes("redis", { fires: 30 })], ["late", "failed"]],
  ])("%i: %s", async (code, _, behaviours, statuses) => {
    const world = new World(behaviours);
    const run = begin(world, [downOf("redis"), downOf("mysql")], { json: true });
    expect(await run.code()).toBe(code);
    expect(document(run.printed).alerts.map(({ status }) => status)).toEqual(statuses);
    expect(document(run.printed).ok).toBe(code === 0);
    expect([...world.stopped]).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it("3: one that there is nothing to try on", async () => {
    const world = new World([comes("redis")]);
    const find = world.tools.find.bind(world.tools);
    Object.assign(world.tools, {
      find: (containers: Parameters<typeof find>[0]) =>
        containers.component === "mysql" ? Promise.reject(new Absent("no container of mysql runs")) : find(containers),
    });
    const run = begin(world, [downOf("redis"), downOf("mysql")]);
    expect(await run.code()).toBe(3);
    expect(run.printed.join("")).toContain("not tried  no container of mysql runs");
  });

  it("0 where what can't be drilled says so", async () => {
    const run = begin(new World([comes("redis")]), [downOf("redis"), planned("HostDiskFull", { undrillable: "No." })]);
    expect(await run.code()).toBe(0);
    expect(run.printed.join("")).toContain("1 of 1 alerts came, were told and ended, 1 undrillable");
    // Seconds since the begin, and the number of the fault.
    expect(run.said[0]).toBe("   0 s   1  begins: stop redis");
    expect(run.said.at(-1)).toMatch(/^ {2}1[3-6] s {3}1 {2}is put back$/);
    expect(run.printed.join("")).toMatch(/\(1\d s|\(2\d s/);
  });
});

describe("a drill that is ended in the middle", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"])(
    "by %s puts back what was done, does nothing more, and ends with 130",
    async (signal) => {
      const world = new World([comes("redis"), comes("mysql")]);
      // Both need everything: one after the other.
      const run = begin(world, [downOf("redis", { alone: true }), downOf("mysql", { alone: true })], { json: true });
      await vi.advanceTimersByTimeAsync(5000);
      expect([...world.stopped]).toEqual(["id-redis"]);
      expect(JSON.parse(readFileSync(file, "utf8")).entries).toHaveLength(1);
      run.signals.emit(signal);
      expect(await run.code()).toBe(130);
      expect([...world.stopped]).toEqual([]);
      expect(world.commands).toEqual(["stop --time 5 id-redis", "start id-redis"]);
      expect(existsSync(file)).toBe(false);
      expect(document(run.printed).alerts.map(({ status }) => status)).toEqual(["cut off", "cut off"]);
      expect(document(run.printed).ok).toBe(false);
      expect(run.said.filter((words) => words.startsWith("Cut off"))).toHaveLength(1);
    },
  );

  it("by a second Ctrl-C, too, still puts back", async () => {
    const world = new World([comes("redis")]);
    world.refusals = [{ words: "start", times: 2 }];
    const run = begin(world, [downOf("redis")]);
    await vi.advanceTimersByTimeAsync(5000);
    run.signals.emit("SIGINT");
    await vi.advanceTimersByTimeAsync(500);
    run.signals.emit("SIGINT");
    expect(await run.code()).toBe(130);
    expect([...world.stopped]).toEqual([]);
    expect(existsSync(file)).toBe(false);
    expect(run.said.filter((words) => words.startsWith("Cut off"))).toHaveLength(1);
  });

  it("keeps in the journal what can't be put back, for the next run, which does that first", async () => {
    const world = new World([comes("redis")]);
    world.refusals = [{ words: "start", times: 4 }];
    const run = begin(world, [downOf("redis")]);
    await vi.advanceTimersByTimeAsync(5000);
    run.signals.emit("SIGTERM");
    expect(await run.code()).toBe(130);
    expect([...world.stopped]).toEqual(["id-redis"]);
    const next = begin(world, [downOf("redis")], { repairOnly: true });
    expect(await next.code()).toBe(0);
    expect(next.said[0]).toMatch(/^put back what a drill left at .*: stop$/);
    // It only puts back: no fault is made, and nothing is judged.
    expect([next.said.length, next.printed]).toEqual([1, []]);
    expect([...world.stopped]).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });

  it("listens to no signal any more afterwards", async () => {
    const run = begin(new World([comes("redis")]), [downOf("redis")]);
    expect(run.signals.eventNames()).toEqual(["SIGINT", "SIGTERM", "SIGHUP"]);
    await run.code();
    expect(run.signals.eventNames()).toEqual([]);
  });
});

describe("what an earlier drill has left", () => {
  it("fails the run where it can't be put back, before anything else is done", async () => {
    openJournal(file).add({
      id: "1",
      kind: "stop",
      back: { containers: [{ id: "id-redis", name: "redis" }] },
      since: "yesterday",
    });
    const world = new World([comes("mysql")]);
    world.refusals = [{ words: "start", times: 99 }];
    const run = begin(world, [downOf("mysql")]);
    await expect(run.code()).rejects.toThrow(
      "an earlier drill can't be put back: stop of yesterday: docker start id-redis: the daemon is busy",
    );
    expect(world.commands).toEqual(["start id-redis"]);
    expect(existsSync(file)).toBe(true);
  });
});

describe("faults at once", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

  it("are six at most", async () => {
    const services = many(8);
    const world = new World(services.map((service) => comes(service)));
    const run = begin(
      world,
      services.map((service) => downOf(service)),
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(world.stopped.size).toBe(6);
    expect(await run.code()).toBe(0);
  });

  it("are one where each needs everything", async () => {
    const services = many(3);
    const world = new World(services.map((service) => comes(service)));
    const run = begin(
      world,
      services.map((service) => downOf(service, { alone: true })),
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(world.stopped.size).toBe(1);
    expect(await run.code()).toBe(0);
    expect(world.commands.filter((line) => line.startsWith("stop"))).toHaveLength(3);
  });
});
