import { describe, expect, it, vi } from "vitest";
import { exercising, labelsOf, well } from "./exercising.ts";
import { type Behaviour, World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const now = exercising();

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
    const outcome = await now.one(world);
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
    now.expectPutBack(world);
  });

  it("where the wrong receiver is told, and says which one", async () => {
    const outcome = await now.one(new World([{ ...well, told: { notices: 1 } }]), { receivers: ["inbox-mail"] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: { came: "within 38 s: nothing in inbox-mail, but one in inbox-notices" },
    });
  });

  it("where somebody else is told, too", async () => {
    const outcome = await now.one(new World([well]), { receivers: ["inbox-mail"] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: {
        expected: "inbox-mail alone is told of RedisDown of redis",
        came: "a notice in inbox-notices, too",
      },
    });
  });

  it("where anybody is told of what is nobody's", async () => {
    const outcome = await now.one(new World([well]), { receivers: [] });
    expect(outcome).toMatchObject({
      status: "failed",
      problem: { expected: "nobody is told of RedisDown of redis", came: "a notice in inbox-mail and inbox-notices" },
    });
  });

  it("where the fault can't be made, and puts back what was done of it", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "stop", times: 1, says: "permission denied" }];
    const outcome = await now.one(world);
    expect(outcome).toMatchObject({ status: "failed", problem: { came: "docker stop --time: permission denied" } });
    expect(world.commands.at(-1)).toBe("start id-redis");
    now.expectPutBack(world);
  });

  it("where something fires before anything was done: nothing is done", async () => {
    const world = new World([well], [well.labels]);
    const outcome = await now.one(world);
    expect(outcome.problem?.came).toMatch(/^RedisDown of redis before anything was done/);
    expect(world.commands).toEqual([]);
  });

  it("where Prometheus is silent: nothing is done", async () => {
    const world = new World([well]);
    world.answers = false;
    const outcome = await now.one(world);
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
    const outcome = await now.one(world, { mutes: ["catalog"] });
    expect(outcome.problem?.came).toBe("within 38 s: nothing in inbox-notices");
  });
});

describe("what can't be put back at once", () => {
  it("is tried again until it is", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "start", times: 3 }];
    expect((await now.one(world)).status).toBe("ok");
    now.expectPutBack(world);
  });

  it("fails the drill, stays in the journal, and is said, with what to do", async () => {
    const world = new World([well]);
    world.refusals = [{ words: "start", times: 99 }];
    expect(await now.one(world)).toMatchObject({
      status: "failed",
      problem: { came: "docker start id-redis: the daemon is busy" },
    });
    expect(now.journal.holds("1")).toBe(true);
    expect(now.said.at(-1)).toBe(
      "is NOT put back: docker start id-redis: the daemon is busy. Try: npm run drill -- --repair",
    );
    expect(world.commands.filter((line) => line.startsWith("start"))).toHaveLength(4);
  });
});
