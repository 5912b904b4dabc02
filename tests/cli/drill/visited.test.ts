import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exercisesOf } from "../../../cli/drill/claims.ts";
import { runExercise } from "../../../cli/drill/exercise.ts";
import { openJournal } from "../../../cli/drill/journal.ts";
import { beginWatch } from "../../../cli/drill/watch.ts";
import type { PlannedAlert } from "../../../signals/drill-plan.ts";
import { planned, stop } from "./plans.ts";
import { passed } from "./virtual-time.ts";
import { World } from "./world.ts";

vi.mock("node:timers/promises", () => import("./virtual-time.ts"));

let directory: string;

beforeEach(() => {
  vi.useFakeTimers();
  directory = mkdtempSync(path.join(os.tmpdir(), "vigie-visited-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** When each page was asked for by visitors, in ms since the drill began, and by which host name. */
async function visitsOf(more: Partial<PlannedAlert>) {
  const labels = { alertname: "RedisDown", service: "redis", severity: "critical" };
  const world = new World([{ labels, fires: 12, told: { mails: 1, notices: 1 } }]);
  const fault = { labels: { service: "redis" }, fault: stop("redis"), receivers: ["inbox-mail", "inbox-notices"] };
  const [exercise] = exercisesOf([planned("RedisDown", { ...fault, ...more })], {});
  if (exercise === undefined) throw new Error("no exercise");
  const visits: { readonly url: string; readonly host: string | undefined; readonly stopped: boolean }[] = [];
  const { ask } = world.tools;
  Object.assign(world.tools, {
    ask: (url: string, options: { readonly headers?: Readonly<Record<string, string>> }) => {
      const looks = /^http:\/\/(prometheus|alertmanager|mail|notices)\//.test(url);
      if (!looks) visits.push({ url, host: options.headers?.host, stopped: world.stopped.size > 0 });
      return ask(url, options as never);
    },
  });
  const run = async () => {
    const watch = await beginWatch(world.tools.proof, world.tools.ask);
    const journal = openJournal(path.join(directory, "drill.json"));
    const { signal } = new AbortController();
    const outcomes = await runExercise(exercise, { tools: world.tools, watch, journal, signal, say: () => undefined });
    const atTheEnd = visits.length;
    await vi.advanceTimersByTimeAsync(10_000);
    watch.end();
    return { outcomes, atTheEnd };
  };
  const { outcomes, atTheEnd } = await passed(run());
  expect(outcomes.map(({ status }) => status)).toEqual(["ok"]);
  return { visits, afterwards: visits.length - atTheEnd };
}

describe("a drill whose alert needs visitors", () => {
  it("sends them, five a second, from before the fault until it is put back", async () => {
    const { visits, afterwards } = await visitsOf({ visited: "http://localhost/api/films" });
    // Twelve seconds until it fires, and about one until people are told.
    expect(visits.length).toBeGreaterThanOrEqual(60);
    expect(visits.length).toBeLessThanOrEqual(80);
    expect([...new Set(visits.map(({ url, host }) => `${url} ${host}`))]).toEqual([
      "http://localhost/api/films undefined",
    ]);
    expect(visits.map(({ stopped }) => stopped)).toEqual([false, ...Array(visits.length - 1).fill(true)]);
    expect(afterwards).toBe(0);
  });

  it("sends them by the host name of the site", async () => {
    const { visits } = await visitsOf({ visited: "http://localhost/", hostname: "blog.localhost" });
    expect([...new Set(visits.map(({ host }) => host))]).toEqual(["blog.localhost"]);
  });

  it("sends nobody where the alert comes without", async () => {
    expect((await visitsOf({})).visits).toEqual([]);
  });
});
