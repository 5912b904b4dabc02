import { describe, expect, it } from "vitest";
import { beginsAt, carryOut, type RolloutStack, takeOut } from "../../../cli/rollout/carry-out.ts";
import type { RolloutTools } from "../../../cli/rollout/run.ts";
import type { Wanted } from "../../../cli/rollout/wanted.ts";
import type { RolloutSetting } from "../../../config/settings/rollouts.ts";

const NEXT = "shop/catalog:2";
const WANTED: Wanted = {
  ...{ service: "catalog", image: NEXT, steps: [10, 50, 100], everySeconds: 60 },
  ...{ confidence: 0.99, leastRequests: 100, memoryWithinSeconds: 3600 },
};

/** What is kept of a stack, whoever dies: its configuration, and what runs. */
interface Recorded {
  setting: RolloutSetting | undefined;
  version: string | undefined;
  /** The image of the containers that serve. */
  stable: string;
  /** The image of the candidate's containers. */
  candidate: string | undefined;
  /** What the edge gives the candidate, in percent. */
  edge: number;
}

class Killed extends Error {}

/**
 * A stack that is recorded, and a command that is killed when it has done so many things: each write of the configuration, and
 * each of the three that an `up` does one after the other.
 */
function stackWith(recorded: Recorded, killedAfter = Number.POSITIVE_INFINITY) {
  let done = 0;
  const states: Recorded[] = [];
  const act = (change: () => void) => {
    if (done >= killedAfter) throw new Killed();
    change();
    done += 1;
    states.push({ ...recorded });
  };
  const stack: RolloutStack = {
    now: () => recorded.setting,
    version: () => recorded.version,
    set: async (field, value) =>
      act(() => {
        recorded.setting = { ...recorded.setting, [field]: field === "weight" ? Number(value) : value };
      }),
    remove: async () =>
      act(() => {
        recorded.setting = undefined;
      }),
    setVersion: async (image) =>
      act(() => {
        recorded.version = image;
      }),
    up: async () => {
      const { setting, version } = recorded;
      act(() => {
        recorded.stable = version ?? "shop/catalog:1";
        if (setting !== undefined) recorded.candidate = setting.image ?? recorded.stable;
      });
      act(() => {
        recorded.edge = setting?.weight ?? 0;
      });
      act(() => {
        if (setting === undefined) recorded.candidate = undefined;
      });
      return 0;
    },
  };
  return { stack, states };
}

const fresh = (): Recorded => ({
  ...{ setting: undefined, version: undefined, stable: "shop/catalog:1", candidate: undefined, edge: 0 },
});

/** Visitors, of whom so many of the candidate's fail. */
function toolsWith(failing: number, recorded: Recorded): Omit<RolloutTools, "give"> {
  let seconds = 0;
  return {
    scrapeSeconds: 5,
    counter: async () => ({
      slow: true,
      away: async () => false,
      memory: async () => ({ held: [], ended: [] }),
      count: async (window) => {
        const of = (part: number, share: number) => {
          const requests = Math.round(100 * window * part);
          return { requests, errors: Math.round(requests * share) };
        };
        const part = recorded.edge / 100;
        return [{ error: "fail", counts: { stable: of(1 - part, 0), candidate: of(part, failing) } }];
      },
    }),
    wait: async (length) => {
      seconds += length;
    },
    cutOff: () => false,
    now: () => seconds * 1000,
    say: () => undefined,
    tell: async () => undefined,
  };
}

const run = (recorded: Recorded, failing: number, killedAfter?: number) => {
  const { stack, states } = stackWith(recorded, killedAfter);
  const ended = carryOut(stack, WANTED, toolsWith(failing, recorded)).catch((error: unknown) => {
    if (error instanceof Killed) return "killed" as const;
    throw error;
  });
  return { ended, states };
};

/** Whoever is asked is there. */
const serves = ({ edge, candidate, stable }: Recorded) => (edge === 0 || candidate !== undefined) && stable !== "";

/** How many things an undisturbed rollout does. */
const things = async (failing: number) => {
  const { ended, states } = run(fresh(), failing);
  await ended;
  return states.length;
};

const GOOD = await things(0);
const BAD = await things(0.05);
const DONE: Recorded = { setting: undefined, version: NEXT, stable: NEXT, candidate: undefined, edge: 0 };

describe("a rollout", () => {
  it("ends with the candidate's image as the service's own, and no candidate", async () => {
    const recorded = fresh();
    const { ended, states } = run(recorded, 0);
    expect(await ended).toBe("done");
    expect(recorded).toEqual(DONE);
    expect(states.filter((state) => !serves(state))).toEqual([]);
    // Three steps, the image, and the two of the end: each with its setting; the candidate's image besides, and its first weight.
    expect(GOOD).toBe(6 * 3 + 8);
  });

  it.each(Array.from({ length: GOOD }, (_, killed) => killed))(
    "that is killed after %j things serves, and the same command carries it out",
    async (killed) => {
      const recorded = fresh();
      expect(await run(recorded, 0, killed).ended).toBe("killed");
      expect(serves(recorded)).toBe(true);
      const again = run(recorded, 0);
      expect(await again.ended).toBe("done");
      expect(again.states.filter((state) => !serves(state))).toEqual([]);
      expect(recorded).toEqual(DONE);
    },
  );

  it.each(Array.from({ length: BAD }, (_, killed) => killed))(
    "of a candidate that fails, killed after %j things, serves, and the same command rolls it back",
    async (killed) => {
      const recorded = fresh();
      expect(await run(recorded, 0.05, killed).ended).toBe("killed");
      expect(serves(recorded)).toBe(true);
      expect(recorded.stable).toBe("shop/catalog:1");
      expect(await run(recorded, 0.05).ended).toBe("rolled back");
      expect(recorded).toMatchObject({ edge: 0, stable: "shop/catalog:1", version: undefined });
    },
  );

  it.each(Array.from({ length: GOOD }, (_, killed) => killed))(
    "that is killed after %j things can be taken out, and any up before that leaves it serving",
    async (killed) => {
      const recorded = fresh();
      await run(recorded, 0, killed).ended;
      const { stack, states } = stackWith(recorded);
      await stack.up();
      if (recorded.setting !== undefined) expect(await takeOut(stack, "catalog")).toBe(0);
      expect(states.filter((state) => !serves(state))).toEqual([]);
      expect(recorded).toMatchObject({ setting: undefined, candidate: undefined, edge: 0 });
    },
  );

  it("goes on with the step that it had", async () => {
    const recorded = { ...fresh(), setting: { image: NEXT, weight: 50 }, candidate: NEXT, edge: 50 };
    const { ended, states } = run(recorded, 0);
    expect(await ended).toBe("done");
    expect(states.map(({ edge }) => edge)).not.toContain(10);
  });

  it("has nothing but its end left where the candidate's image is the service's own", async () => {
    const recorded = { ...DONE, setting: { image: NEXT, weight: 0 }, candidate: NEXT };
    const { ended, states } = run(recorded, 0.05);
    expect(await ended).toBe("done");
    expect(Math.max(...states.map(({ edge }) => edge))).toBe(0);
    expect(recorded).toEqual(DONE);
  });

  it("puts its setting back as it was where a step can't be deployed", async () => {
    const recorded = { ...fresh(), setting: { image: NEXT, weight: 10 } };
    const { stack } = stackWith(recorded);
    const failing = { ...stack, up: async () => 1 };
    await expect(carryOut(failing, WANTED, toolsWith(0, recorded))).rejects.toThrow("can't have 10%");
    expect(recorded.setting).toEqual({ image: NEXT, weight: 10 });
  });

  it("leaves a candidate that is worse with nothing in its setting, though the `up` that takes it fails", async () => {
    const recorded = { ...fresh(), setting: { image: NEXT, weight: 10 } };
    const { stack } = stackWith(recorded);
    const told: string[] = [];
    const failing = { ...stack, up: async () => (recorded.setting?.weight === 0 ? 1 : stack.up()) };
    const tools = { ...toolsWith(0.05, recorded), tell: async (event: string) => void told.push(event) };
    await expect(carryOut(failing, WANTED, tools)).rejects.toThrow("can't be taken from it");
    expect(recorded.setting).toEqual({ image: NEXT, weight: 0 });
    expect(told).toEqual(["begun", "left"]);
  });

  it.each<[RolloutSetting, RegExp]>([
    [{ strategy: "blue-green", live: "stable" }, /its switch is the setting `live`/],
    [{ image: "shop/catalog:3", weight: 10 }, /has a candidate, shop\/catalog:3, with 10%/],
    [{}, /of its own image, with 10%/],
  ])("fails beside another one: %j", (setting, words) => {
    const { stack } = stackWith({ ...fresh(), setting });
    expect(() => beginsAt(stack, WANTED)).toThrow(words);
  });
});
