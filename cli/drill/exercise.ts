/** One fault on a running stack, and what is to come of it: fired, told, symptoms kept back, over after the repair. */

import { setTimeout as sleep } from "node:timers/promises";
import type { PlannedAlert } from "../../signals/drill-plan.ts";
import type { Exercise } from "./claims.ts";
import { executorOf } from "./faults/index.ts";
import { nameOf, type Outcome, type Problem, statusOf } from "./outcome.ts";
import { type Around, comes, isMuted, isOf, isOver, keepsBack, Missed, type Times } from "./steps.ts";
import { Absent } from "./tools.ts";
import { visit } from "./visitors.ts";

/** Seconds until what an earlier drill has left must be over. */
const QUIET_SECONDS = 150;

/** Does an exercise, and puts the fault back in every case. Never throws but for what could not be put back. */
export async function runExercise(exercise: Exercise, around: Around): Promise<readonly Outcome[]> {
  const { tools, journal, signal, say } = around;
  const executor = executorOf(exercise.fault.kind);
  const steps = exercise.alerts.map((plan) => ({ plan, times: {} as Times }));
  let absent: string | undefined;
  let problems = new Map<PlannedAlert, Problem>();
  const muted = new Set<string>();
  try {
    const back = await executor.prepare(exercise.fault, tools, exercise.id);
    await quiet(exercise, around);
    const over = new AbortController();
    journal.add({ id: exercise.id, kind: exercise.fault.kind, back, since: new Date().toISOString() });
    const begun = Date.now();
    try {
      say(exercise, `begins: ${describe(exercise)}`);
      if (exercise.visited !== undefined) visit(exercise.visited, exercise.hostname, tools, over.signal);
      await executor.inject(exercise.fault, back, tools, over.signal);
      const injected = Date.now();
      const found = steps.map(async ({ plan, times }) => {
        times.injected = injected;
        await comes(plan, times, begun, around);
        say(exercise, `${nameOf(plan)} has come: ${secondsOf(times)}`);
      });
      const guards = steps.map(({ plan, times }) => keepsBack(plan, times, begun, muted, around));
      problems = await missed(exercise, [...found, ...guards], steps.length);
    } finally {
      over.abort();
      await putBack(exercise, () => executor.repair(back, tools), around);
    }
    const repaired = Date.now();
    say(exercise, "is put back");
    const ends = steps.map(async ({ plan, times }) => {
      if (problems.has(plan)) return;
      times.repaired = repaired;
      await isOver(plan, times, begun, around);
    });
    for (const [plan, problem] of await missed(exercise, ends, steps.length)) problems.set(plan, problem);
  } catch (error) {
    if (error instanceof Absent) absent = error.message;
    else if (!signal.aborted || journal.holds(exercise.id)) {
      const problem = { expected: describe(exercise), came: wordsOf(error), look: ["docker ps --all"] };
      for (const { plan } of steps) problems.set(plan, problems.get(plan) ?? problem);
    }
  }
  return steps.map(({ plan, times }): Outcome => {
    const seconds = measured(times);
    const problem = problems.get(plan);
    const common = { plan, seconds, muted: [...muted].sort() };
    if (absent !== undefined) return { ...common, status: "absent", why: absent };
    if (problem !== undefined) return { ...common, status: "failed", problem };
    if (signal.aborted && times.over === undefined) return { ...common, status: "cut off" };
    return { ...common, ...statusOf(seconds, plan.bounds) };
  });
}

/** Once more and again: what stays broken is worse than a drill that takes longer. The journal keeps what can't be. */
async function putBack(exercise: Exercise, repair: () => Promise<void>, { journal, say }: Around): Promise<void> {
  for (let left = REPAIRS; ; left--) {
    try {
      await repair();
      return journal.remove(exercise.id);
    } catch (error) {
      if (left === 0) {
        say(exercise, `is NOT put back: ${wordsOf(error)}. Try: npm run drill -- --repair`);
        throw error;
      }
      await sleep(2000);
    }
  }
}

const REPAIRS = 3;

/** What of a list of steps did not come, by its alert; the steps of the alerts come first, in their order. */
async function missed(exercise: Exercise, steps: readonly Promise<void>[], count: number) {
  const problems = new Map<PlannedAlert, Problem>();
  const results = await Promise.allSettled(steps);
  results.forEach((result, index) => {
    const plan = exercise.alerts[index % count];
    if (result.status === "fulfilled" || plan === undefined) return;
    if (result.reason instanceof Missed) problems.set(plan, result.reason.problem);
    else if ((result.reason as Error).name !== "AbortError") throw result.reason;
  });
  return problems;
}

/**
 * Waits until none of the alerts fires, which an earlier drill or the machine itself may have left; nor any symptom that
 * is to be kept back: Alertmanager mutes only what it has not told yet.
 */
async function quiet({ alerts }: Exercise, { watch, signal, tools }: Around): Promise<void> {
  const until = Date.now() + QUIET_SECONDS * 1000;
  for (;;) {
    const now = watch.alerts();
    const left = (now ?? []).filter(({ labels }) =>
      alerts.some((plan) => plan.severity !== "none" && (isOf(plan, labels) || isMuted(plan, labels))),
    );
    if (now !== undefined && left.length === 0) break;
    if (Date.now() > until) {
      const names = [...new Set(left.map(({ labels }) => `${labels.alertname} of ${labels.service}`))].join(", ");
      throw new Error(
        `${names || "Prometheus is silent"} before anything was done: see ${tools.proof.urls.prometheus}alerts`,
      );
    }
    await watch.next();
    signal.throwIfAborted();
  }
  // Alertmanager goes on with a group that it has told of until it has told of its end.
  if (alerts.some(({ mutes }) => mutes.length > 0)) await sleep(GROUP_REST, undefined, { signal });
}

const GROUP_REST = 12_000;

function measured({ injected, fired, told: notified, repaired, over }: Times): Outcome["seconds"] {
  const between = (from?: number, to?: number) =>
    from === undefined || to === undefined ? undefined : Math.max(0, Math.round((to - from) / 100) / 10);
  const steps = {
    detect: between(injected, fired),
    notify: between(fired, notified),
    resolve: between(repaired, over),
  };
  return Object.fromEntries(Object.entries(steps).filter(([, value]) => value !== undefined));
}

function secondsOf(times: Times): string {
  const { detect = 0, notify = 0 } = measured(times);
  return `after ${detect} s, told after ${notify} s more`;
}

/** A fault in a few words. */
export function describe({ fault, visited }: Pick<Exercise, "fault" | "visited">): string {
  const visitors = visited === undefined ? "" : ", with visitors";
  switch (fault.kind) {
    case "stand-in":
      return `a stand-in for ${fault.version === undefined ? "" : `the ${fault.version} of `}${fault.job}${visitors}`;
    case "silence":
      return `a silence on ${fault.alert}`;
    case "visitor":
      return `a container that ${fault.does}`;
    default: {
      const { component, name = component, one } = fault.containers;
      return `${fault.kind} ${one === true ? "one of " : ""}${[name].flat().join(", ")}${visitors}`;
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
