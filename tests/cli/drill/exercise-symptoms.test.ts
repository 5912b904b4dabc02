import { describe, expect, it, vi } from "vitest";
import { exercising, labelsOf, well } from "./exercising.ts";
import { planned, stop } from "./plans.ts";
import { type Behaviour, World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const now = exercising();

describe("a symptom of an outage", () => {
  const symptom = labelsOf("ProbeFailed", "catalog", { kind: "symptom" });
  const outage = { mutes: ["catalog"] };

  it("is noted where Alertmanager keeps it back", async () => {
    const world = new World([well, { labels: symptom, fires: 5, inhibited: true }]);
    expect(await now.one(world, outage)).toMatchObject({ status: "ok", muted: ["ProbeFailed of catalog"] });
  });

  it.each<[string, Behaviour]>([
    ["before the outage is told", { labels: symptom, fires: 5, told: { notices: 1 } }],
    ["after it", { labels: symptom, fires: 14, told: { notices: 15 } }],
    ["after it was kept back", { labels: symptom, fires: 5, told: { notices: 20 }, inhibited: true }],
  ])("fails the drill where it escapes %s", async (_, escaped) => {
    const world = new World([well, escaped]);
    expect(await now.one(world, outage)).toMatchObject({
      status: "failed",
      problem: { came: "notices of ProbeFailed of catalog" },
    });
    now.expectPutBack(world);
  });

  it("fails it with all that fires in the place of what is awaited, each once", async () => {
    const other = (name: string, service: string): Behaviour => ({
      labels: labelsOf(name, service),
      fires: 3,
      ends: null,
    });
    const world = new World([other("LokiDown", "loki"), other("Slow", "catalog"), other("Slow", "catalog")]);
    expect((await now.one(world)).problem?.came).toMatch(/; what fires: LokiDown of loki, Slow of catalog$/);
  });

  it("fails it with each that escapes, once, and with where to look", async () => {
    const slow = labelsOf("HttpSlowP95", "orders", { kind: "symptom", severity: "warning" });
    const told = { fires: 5, told: { notices: 1 } };
    const world = new World([well, { labels: symptom, ...told }, { labels: slow, ...told }]);
    const outcome = await now.one(world, { mutes: ["catalog", "orders"] });
    expect(outcome.problem).toEqual({
      expected: "while RedisDown of redis, nobody is told of symptoms of catalog, orders",
      came: "notices of ProbeFailed of catalog, HttpSlowP95 of orders",
      look: ["docs/alerts.md", "http://alertmanager/#/alerts?inhibited=true"],
    });
  });

  it("is noted of no service that the outage does not mute", async () => {
    const world = new World([well, { labels: { ...symptom, service: "blog" }, fires: 5, inhibited: true }]);
    expect(await now.one(world, outage)).toMatchObject({ status: "ok", muted: [] });
  });

  it("is looked at for no alert that keeps nothing back", async () => {
    const world = new World([well, { labels: symptom, fires: 5, told: { notices: 1 } }]);
    expect(await now.one(world, { mutes: [] })).toMatchObject({ status: "ok", muted: [] });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["of another service", { ...symptom, service: "blog" }],
    ["that is no symptom", { ...symptom, kind: "cause" }],
  ])("is none of this outage where it is one %s", async (_, labels) => {
    const world = new World([well, { labels, fires: 5, told: { notices: 1 } }]);
    expect((await now.one(world, outage)).status).toBe("ok");
  });

  it("that fires already is awaited to end: Alertmanager mutes only what it has not told", async () => {
    const outcome = await now.one(new World([well], [symptom]), outage);
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
    const [outcome] = await now.judged(world, [watchdog]);
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
    const [outcome] = await now.judged(world, [watchdog]);
    expect(outcome).toMatchObject({ status: "failed", problem: { expected } });
    expect(outcome?.problem).toMatchSnapshot();
    now.expectPutBack(world);
  });
});
