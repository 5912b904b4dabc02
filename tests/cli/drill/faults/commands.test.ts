import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../../../cli/drill/faults/commands.ts";
import { fakes } from "./fakes.ts";

vi.mock("node:timers/promises", () => import("../virtual-time.ts"));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("commands that a drill runs again and again", () => {
  const fault = { kind: "commands", containers: { component: "redis" }, command: ["redis-cli", "ping"] } as const;

  /** Runs them for so long, and then the drill is over. */
  async function ran(milliseconds: number, times?: number) {
    const { tools, done } = fakes();
    const over = new AbortController();
    const one = times === undefined ? fault : { ...fault, times };
    const back = await commands.prepare(one, tools, "1");
    await commands.inject(one, back, tools, over.signal);
    await vi.advanceTimersByTimeAsync(milliseconds);
    const before = done.length;
    over.abort();
    await vi.advanceTimersByTimeAsync(0);
    const waiting = vi.getTimerCount();
    await vi.advanceTimersByTimeAsync(5000);
    return { before, after: done.length - before, waiting };
  }

  it.each([
    ["at once", 0, 1],
    ["once within half a second", 499, 1],
    ["again after half a second", 500, 2],
    ["and so on", 2000, 5],
  ])("run %s: %i ms", async (_, milliseconds, count) => {
    expect((await ran(milliseconds)).before).toBe(count);
  });

  it("run so many at once", async () => {
    expect((await ran(0, 3)).before).toBe(3);
    expect((await ran(500, 3)).before).toBe(6);
  });

  it("run no more when the drill is over, and nothing of them waits on: the process may end", async () => {
    expect(await ran(1200, 2)).toMatchObject({ after: 0, waiting: 0 });
  });
});
