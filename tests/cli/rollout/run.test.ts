import { describe, expect, it } from "vitest";
import type { Counted } from "../../../cli/rollout/look.ts";
import { type RolloutTools, runRollout } from "../../../cli/rollout/run.ts";
import type { Wanted } from "../../../cli/rollout/wanted.ts";

const WANTED: Wanted = {
  service: "catalog",
  steps: [10, 50, 100],
  everySeconds: 60,
  confidence: 0.99,
  leastRequests: 100,
  memoryWithinSeconds: 3600,
};

/** Requests a second of both versions together, and the share of errors of each. */
interface World {
  readonly rate: number;
  readonly stable: number;
  readonly candidate: (percent: number) => number;
  /** The candidate is away from this second on. */
  readonly away?: number;
  /** Stable answers so few that nothing says what is slow. */
  readonly quiet?: boolean;
  /** MiB that the candidate holds, by the seconds since the rollout began. */
  readonly holds?: (seconds: number) => number;
  /** The candidate is killed for memory at this second. */
  readonly killed?: number;
  /** Cut off at this second. */
  readonly ends?: number;
}

/** A stack that answers as a world says, and the weights that it was given. */
function stackIn({
  rate,
  stable,
  candidate,
  ends = Number.POSITIVE_INFINITY,
  away = Number.POSITIVE_INFINITY,
  quiet,
  holds = () => 60,
  killed = Number.POSITIVE_INFINITY,
}: World) {
  const given: number[] = [];
  const said: string[] = [];
  const told: string[] = [];
  let seconds = 0;
  const counted = (window: number): Counted => {
    const percent = given.at(-1) ?? 0;
    const of = (part: number, share: number) => {
      const requests = Math.round(rate * window * part);
      return { requests, errors: Math.round(requests * share) };
    };
    return {
      error: "fail",
      counts: { stable: of(1 - percent / 100, stable), candidate: of(percent / 100, candidate(percent)) },
    };
  };
  const tools: RolloutTools = {
    give: async (percent) => void given.push(percent),
    scrapeSeconds: 5,
    counter: async () => ({
      slow: !(quiet ?? false),
      memory: async (window) => ({
        held: [
          {
            version: "candidate",
            container: "catalog-candidate-1",
            limit: 256 * 2 ** 20,
            samples: Array.from({ length: Math.floor(window / 5) }, (_, index) => {
              const at = seconds - window + 5 * index;
              return { seconds: at, bytes: holds(at) * 2 ** 20 };
            }),
          },
        ],
        ended: seconds >= killed ? ["the kernel killed a process of catalog-candidate-1"] : [],
      }),
      count: async (window) => [counted(window)],
      away: async () => seconds >= away,
    }),
    wait: async (length) => {
      seconds = Math.min(seconds + length, Math.max(seconds, ends));
    },
    cutOff: () => seconds >= ends,
    now: () => seconds * 1000,
    say: (words) => void said.push(words),
    tell: async (event, summary, description) => void told.push(`${event}: ${summary}. ${description}`),
  };
  return { tools, given, said, told, seconds: () => seconds };
}

describe("a rollout", () => {
  it("that is no worse gets everything, step by step", async () => {
    const { tools, given } = stackIn({ rate: 100, stable: 0.001, candidate: () => 0.001 });
    expect(await runRollout(WANTED, 0, tools)).toBe("done");
    expect(given).toEqual([10, 50, 100]);
  });

  it("with 5% errors is taken back within its first step, and says why with the numbers", async () => {
    const { tools, given, said, seconds } = stackIn({ rate: 100, stable: 0, candidate: () => 0.05 });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 0]);
    expect(seconds()).toBeLessThanOrEqual(WANTED.everySeconds);
    expect(said.at(-1)).toMatch(
      /more of the candidate's requests fail.*candidate: \d+ errors of \d+ requests.*stable: 0 errors/,
    );
  });

  it("that fails where it has everything is held against what stable did before", async () => {
    const { tools, given } = stackIn({ rate: 100, stable: 0, candidate: (percent) => (percent === 100 ? 0.05 : 0) });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 50, 100, 0]);
  });

  it("that was cut off goes on with the step that it had", async () => {
    const { tools, given } = stackIn({ rate: 100, stable: 0, candidate: () => 0 });
    expect(await runRollout(WANTED, 50, tools)).toBe("done");
    expect(given).toEqual([50, 100]);
  });

  it("that was cut off with everything has nothing to be compared with, and says so", async () => {
    const { tools, given, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0 });
    expect(await runRollout(WANTED, 100, tools)).toBe("done");
    expect(given).toEqual([100]);
    expect(said.join()).toContain("nothing to compare with");
  });

  it.each<[string, Partial<World>]>([
    ["is away", { away: 30 }],
    ["was killed", { killed: 30 }],
  ])("that was cut off with everything, and whose candidate %s, is taken back", async (_, world) => {
    const { tools, given } = stackIn({ rate: 100, stable: 0, candidate: () => 0, ...world });
    expect(await runRollout(WANTED, 100, tools)).toBe("rolled back");
    expect(given).toEqual([100, 0]);
  });

  it("without visitors stays where it is, after five times its step", async () => {
    const { tools, given, said, seconds } = stackIn({ rate: 0.1, stable: 0, candidate: () => 0 });
    expect(await runRollout(WANTED, 0, tools)).toBe("too few requests");
    expect(given).toEqual([10]);
    expect(seconds()).toBeGreaterThanOrEqual(5 * WANTED.everySeconds);
    expect(said.at(-1)).toMatch(/it stays at 10%.*each needs 100 requests/);
  });

  it("whose candidate is away is taken back, though it failed no request", async () => {
    const { tools, given, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0, away: 40 });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 0]);
    expect(said.at(-1)).toContain("no container of the candidate answers");
  });

  it("whose candidate leaks memory is taken back within its first step, though it failed no request", async () => {
    const { tools, given, said, seconds } = stackIn({
      ...{ rate: 100, stable: 0, candidate: () => 0 },
      holds: (at) => 60 + at / 2,
    });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 0]);
    expect(seconds()).toBeLessThan(2 * WANTED.everySeconds);
    expect(said.at(-1)).toMatch(
      /memory leaks\. catalog-candidate-1 went from [\d.]+ MiB to .*would reach its limit in/,
    );
  });

  it("whose candidate leaks in its shorter steps together is taken back in the last of them", async () => {
    const { tools, given } = stackIn({
      ...{ rate: 100, stable: 0, candidate: () => 0 },
      holds: (at) => 60 + at / 2,
    });
    expect(await runRollout({ ...WANTED, everySeconds: 20 }, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 50, 100, 0]);
  });

  it.each<[string, (seconds: number) => number]>([
    ["holds more, and no more than that", (at) => 200 + (at % 10) / 5],
    ["warms up", (at) => 60 + 60 * (1 - Math.exp(-at / 30))],
    ["grows by little", (at) => 60 + at / 200],
  ])("whose candidate %s gets everything", async (_, holds) => {
    const { tools, given, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0, holds });
    expect(await runRollout(WANTED, 0, tools)).toBe("done");
    expect(given).toEqual([10, 50, 100]);
    expect(said.join()).toContain("its memory does not leak: catalog-candidate-1");
  });

  it("whose candidate is killed for memory is taken back at once", async () => {
    const { tools, given, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0, killed: 40 });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(given).toEqual([10, 0]);
    expect(said.at(-1)).toContain("rolled back: the kernel killed a process of catalog-candidate-1");
  });

  it("that can't tell what is slow compares failures alone, and says so", async () => {
    const { tools, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0.05, quiet: true });
    expect(await runRollout(WANTED, 0, tools)).toBe("rolled back");
    expect(said.join()).toContain("only failures are compared");
  });

  it("tells people when it begins and when it goes back, with the numbers, and nobody of a step that is fine", async () => {
    const fine = stackIn({ rate: 100, stable: 0, candidate: () => 0 });
    await runRollout({ ...WANTED, image: "shop/catalog:2" }, 0, fine.tools);
    expect(fine.told).toEqual([
      "begun: A rollout of catalog has begun: its candidate has 10%. The candidate gets 10, 50, 100% of the requests, step by step, while it is no worse than what serves. Its image is shop/catalog:2.",
    ]);
    const worse = stackIn({ rate: 100, stable: 0, candidate: () => 0.05 });
    await runRollout(WANTED, 0, worse.tools);
    expect(worse.told).toHaveLength(2);
    expect(worse.told[1]).toMatch(
      /^rolled back: The candidate of catalog was rolled back at 10%: .*candidate: \d+ errors of \d+ requests .*; stable: 0 errors/,
    );
    const few = stackIn({ rate: 0.1, stable: 0, candidate: () => 0 });
    await runRollout(WANTED, 0, few.tools);
    expect(few.told[1]).toMatch(/^left: The rollout of catalog stays at 10%.*each needs 100 requests/);
  });

  it("that is rolled back tells so when the candidate gets nothing any more", async () => {
    const { tools, given } = stackIn({ rate: 100, stable: 0, candidate: () => 0.05 });
    const at: (number | undefined)[] = [];
    await runRollout(WANTED, 0, { ...tools, tell: async () => void at.push(given.at(-1)) });
    expect(at).toEqual([10, 0]);
  });

  it("that is cut off changes nothing more", async () => {
    const { tools, given } = stackIn({ rate: 100, stable: 0, candidate: () => 0, ends: 90 });
    expect(await runRollout(WANTED, 0, tools)).toBe("cut off");
    expect(given).toEqual([10, 50]);
  });

  it("goes on where Prometheus is away for some looks, and is taken back by the next one", async () => {
    const { tools, given, said } = stackIn({ rate: 100, stable: 0, candidate: () => 0.05 });
    let asked = 0;
    const away = (until: number): RolloutTools => ({
      ...tools,
      counter: async (seconds) => {
        const counter = await tools.counter(seconds);
        return {
          ...counter,
          count: async (window) => {
            asked += 1;
            if (asked <= until) throw new Error("Prometheus gave no answer");
            return counter.count(window);
          },
        };
      },
    });
    expect(await runRollout(WANTED, 0, away(3))).toBe("rolled back");
    expect(given).toEqual([10, 0]);
    expect(said.filter((words) => words.includes("Prometheus gave no answer"))).toHaveLength(3);
  });

  it("ends where Prometheus answers nothing, leaves the candidate what it has, and tells so", async () => {
    const { tools, given, told } = stackIn({ rate: 100, stable: 0, candidate: () => 0 });
    const blind: RolloutTools = {
      ...tools,
      counter: async (seconds) => ({
        ...(await tools.counter(seconds)),
        away: () => Promise.reject(new Error("Prometheus gave no answer")),
      }),
    };
    expect(await runRollout(WANTED, 0, blind)).toBe("nothing to look at");
    expect(given).toEqual([10]);
    expect(told.at(-1)).toMatch(
      /^left: The rollout of catalog stays at 10%: nothing watches it now\. Prometheus gave no/,
    );
  });

  it("that can't be deployed ends with the reason", async () => {
    const { tools } = stackIn({ rate: 100, stable: 0, candidate: () => 0 });
    const broken = { ...tools, give: () => Promise.reject(new Error("no such image")) };
    await expect(runRollout(WANTED, 0, broken)).rejects.toThrow("no such image");
  });
});
