import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Arrival } from "../../../cli/drill/inboxes.ts";
import { type Around, comes, isMuted, isOver, keepsBack, Missed, type Times } from "../../../cli/drill/steps.ts";
import type { SeenAlert, Watch } from "../../../cli/drill/watch.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import { fakes } from "./faults/fakes.ts";
import { planned } from "./plans.ts";
import { passed } from "./virtual-time.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

const LOOK = 500;
const RECEIVERS = [{ name: "notices", alert: {}, arrivals: { kind: "notices", url: "http://notices/" } }];

/** A watch that sees what a test says, and looks at every {@link LOOK}. */
function seen(what: { alerts?: () => readonly SeenAlert[]; arrivals?: () => readonly Arrival[] } = {}): Watch {
  return {
    alerts: what.alerts ?? (() => []),
    inhibited: () => [],
    arrivals: what.arrivals ?? (() => []),
    next: () => new Promise((tell) => globalThis.setTimeout(tell, LOOK)),
    end: () => undefined,
  };
}

const around = (watch: Watch): Around => {
  const { tools } = fakes();
  Object.assign(tools.proof, { receivers: RECEIVERS });
  const journal = {} as Around["journal"];
  return { tools, watch, journal, signal: new AbortController().signal, say: () => undefined };
};

const labels = { alertname: "RedisDown", service: "redis", severity: "critical" };
const plan = planned("RedisDown", { labels: { service: "redis" }, receivers: ["notices"], mutes: ["catalog"] });
const fires = () => [{ state: "firing", labels } as const];
const arrival = (at: number, status: Arrival["status"] = "firing"): Arrival => ({
  kind: "notices",
  of: "alert",
  status,
  labels,
  at,
});

/** Milliseconds until a step is over, and how it ended. */
async function ends(work: Promise<void>): Promise<{ after: number; missed?: string }> {
  const begun = Date.now();
  let after = 0;
  const missed = await passed(
    work
      .then(
        () => undefined,
        (error: unknown) => (error instanceof Missed ? error.problem.came : Promise.reject(error)),
      )
      .finally(() => {
        after = Date.now() - begun;
      }),
  );
  return { after, ...(missed === undefined ? {} : { missed }) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a step that does not come", () => {
  it.each([
    [20, 70_000],
    [5, 40_000],
    [0, 30_000],
  ])("with a bound of %i s is awaited for twice as long and half a minute more, and one look", async (detect, most) => {
    const never = comes({ ...plan, bounds: { ...plan.bounds, detect } }, {}, Date.now(), around(seen()));
    expect(await ends(never)).toEqual({
      after: most + LOOK,
      missed: `within ${most / 1000} s: it does not fire, and is not about to; what fires: nothing`,
    });
  });

  it("counts where it comes with the last look of that time", async () => {
    const begun = Date.now();
    const late = seen({
      alerts: () => (Date.now() - begun >= 70_000 ? fires() : []),
      arrivals: () => [arrival(begun)],
    });
    expect(await ends(comes(plan, {}, begun, around(late)))).toEqual({ after: 70_000 });
  });
});

describe("a notice", () => {
  const begun = Date.parse("2026-11-30T12:00:00Z");
  const judged = (at: number) => {
    vi.setSystemTime(begun);
    return ends(comes(plan, {}, begun, around(seen({ alerts: fires, arrivals: () => [arrival(at)] }))));
  };

  it.each([
    ["at the moment at which the fault is begun", 0],
    ["a millisecond after it", 1],
  ])("that arrives %s is one of it", async (_, after) => {
    expect(await judged(begun + after)).toEqual({ after: 0 });
  });

  it("that was there a millisecond before is none of it", async () => {
    expect((await judged(begun - 1)).missed).toMatch(/^within 38 s: nothing in notices$/);
  });

  it.each([
    ["at the moment", 0, undefined],
    ["a millisecond after", 1, undefined],
    ["a millisecond before", -1, /^within 126 s: it does not fire/],
  ])("of its end counts, or not, where it arrives %s at which people were told", async (_, after, missed) => {
    vi.setSystemTime(begun);
    const times: Times = { told: begun };
    const watch = seen({ arrivals: () => [arrival(begun + after, "resolved")] });
    const result = await ends(isOver(plan, times, begun - 5000, around(watch)));
    if (missed === undefined) expect(result).toEqual({ after: 0 });
    else expect(result.missed).toMatch(missed);
  });
});

describe("an outage that is looked at for symptoms", () => {
  const guarded = (times: Times, more: Partial<PlannedAlert> = {}) =>
    ends(keepsBack({ ...plan, ...more }, times, Date.now(), new Set(), around(seen())));

  it.each([
    [20, 120_000],
    [5, 75_000],
    [0, 60_000],
  ])("with a bound of %i s, and never fires, is let go after three times that and a minute", async (detect, most) => {
    expect(await guarded({}, { bounds: { ...plan.bounds, detect } })).toEqual({ after: most + LOOK });
  });

  it.each([
    [20, 23_000],
    [10, 13_000],
    [0, 3_000],
  ])("of which a symptom waits %i s is looked at for three more from when it fires", async (symptomSeconds, most) => {
    expect(await guarded({ fired: Date.now() }, { symptomSeconds })).toEqual({ after: most });
  });

  it("is not looked at where it mutes nothing", async () => {
    expect(await guarded({}, { mutes: [] })).toEqual({ after: 0 });
  });
});

describe("a symptom that an outage mutes", () => {
  const outage = planned("RedisDown", { mutes: ["catalog"] });

  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ["of a service that uses it", { kind: "symptom", service: "catalog" }, true],
    ["of another service", { kind: "symptom", service: "blog" }, false],
    ["of a service whose name begins alike", { kind: "symptom", service: "catalog-2" }, false],
    ["of no service", { kind: "symptom" }, false],
    ["that is a cause", { kind: "cause", service: "catalog" }, false],
  ])("is one %s: %j", (_, symptom, muted) => {
    expect(isMuted(outage, symptom)).toBe(muted);
  });
});
