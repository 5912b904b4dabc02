/** A rollout, step by step: more requests for the candidate while it is no worse, none as soon as it is. */

import { type Judgement, judge, type VersionCounts } from "../../signals/rollout/judge.ts";
import type { Counted, Counter } from "./look.ts";
import { MemoryLedger } from "./memory.ts";
import type { RolloutEvent } from "./notices.ts";
import type { Wanted } from "./wanted.ts";

/** How a rollout ended. */
export type Ended = "done" | "rolled back" | "too few requests" | "nothing to look at" | "cut off";

/** What a rollout is run with. */
export interface RolloutTools {
  /** Gives the candidate a part of the requests, and is back when the edge does so. @throws when that fails */
  readonly give: (percent: number) => Promise<void>;
  /** Settles what is slow, by what stable does in the seconds that are given. */
  readonly counter: (seconds: number) => Promise<Counter>;
  /** Seconds between two scrapes of the service. */
  readonly scrapeSeconds: number;
  /** Waits; back before that where the rollout is cut off. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Whether somebody has asked it to end. */
  readonly cutOff: () => boolean;
  /** Milliseconds, as a clock has them. */
  readonly now: () => number;
  /** Tells the person who waits. */
  readonly say: (words: string) => void;
  /** Tells those who hear of the service's alerts. Never fails. */
  readonly tell: (event: RolloutEvent, summary: string, description: string) => Promise<void>;
}

/** Looks at each step. */
export const LOOKS = 4;

/** What is slow is settled by so many scrapes at least: a rate needs two, and the first of a new label is none. */
const SETTLED_BY = 4;

/** At most so many numbers are judged at each look: failures, slow answers by two bounds, and memory. */
const NUMBERS = 4;

/** So many looks in a row may fail, as where Prometheus is started again; then nothing watches the candidate. */
const FAILED_LOOKS = 4;

/** A step with too few requests is looked at for so many times its length, and then given up. */
const PATIENCE = 5;

/**
 * Raises the candidate's part step by step. In each step it is looked at four times, each look compares all that was
 * answered since the step began, and the first that finds it worse takes all requests from it. All looks together are as
 * sure as `confidence` says: each of `n` is asked for `1 - (1 - confidence) / n` (Bonferroni's correction), so a good
 * candidate is rolled back in no more than one of `1 / (1 - confidence)` rollouts.
 *
 * Memory is judged by all steps so far, and a container of the candidate that ended is enough by itself.
 *
 * At 100 percent stable answers nobody; there the candidate is held against what stable did in the step before. Where a
 * rollout goes on with it there is none: then only that it is there, and its memory, are looked at.
 *
 * @param from what it has now, in percent: a rollout that was cut off goes on with that step. 0 where it begins
 */
export async function runRollout(wanted: Wanted, from: number, tools: RolloutTools): Promise<Ended> {
  const steps = wanted.steps.filter((step) => step >= from);
  const sure = 1 - (1 - wanted.confidence) / (NUMBERS * LOOKS * Math.max(1, steps.length));
  const memory = new MemoryLedger();
  let counter: Counter | undefined;
  let before: ReadonlyMap<string, VersionCounts> = new Map();
  for (const step of steps) {
    if (tools.cutOff()) return "cut off";
    await tools.give(step);
    tools.say(`${wanted.service}: the candidate has ${step}%`);
    if (step === steps[0]) await tellBegun(wanted, step, steps, tools);
    if (step === 100 && before.size === 0) {
      tools.say("  stable answers nobody now, and did not in this rollout: there is nothing to compare with");
      counter = await tools.counter(wanted.everySeconds);
    }
    counter ??= await settled(wanted, tools);
    if (counter === undefined) return "cut off";
    const compares = step < 100 || before.size > 0;
    const watched = { ...wanted, step, sure, before, memory, compares };
    const { ended, stable, why } = await watch(watched, counter, tools);
    if (ended === "worse") {
      await takenBack(wanted, step, why, tools);
      const summary = `The candidate of ${wanted.service} was rolled back at ${step}%: stable has all requests again`;
      await tools.tell("rolled back", summary, `${why}.`);
      return "rolled back";
    }
    if (ended === "too few requests" || ended === "nothing to look at") {
      await tools.tell("left", `The rollout of ${wanted.service} stays at ${step}%: nothing watches it now`, `${why}.`);
    }
    if (ended !== "fine") return ended;
    before = stable;
  }
  return "done";
}

/** Takes all requests from a candidate that is worse. @throws what the `up` failed with, when those who hear of it are told */
async function takenBack({ service }: Wanted, step: number, why: string, tools: RolloutTools): Promise<void> {
  try {
    await tools.give(0);
  } catch (error) {
    const summary = `The candidate of ${service} is worse at ${step}%, and its requests could not be taken from it`;
    await tools.tell("left", summary, `${why}. Deploy the stack: its configuration says that the candidate has none.`);
    throw error;
  }
}

function tellBegun({ service, image }: Wanted, step: number, steps: readonly number[], { tell }: RolloutTools) {
  const of = image === undefined ? "" : ` Its image is ${image}.`;
  const description = `The candidate gets ${steps.join(", ")}% of the requests, step by step, while it is no worse than what serves.${of}`;
  return tell("begun", `A rollout of ${service} has begun: its candidate has ${step}%`, description);
}

interface Watched extends Wanted {
  readonly step: number;
  readonly sure: number;
  readonly before: ReadonlyMap<string, VersionCounts>;
  readonly memory: MemoryLedger;
  /** Whether there is anything that its answers can be held against. */
  readonly compares: boolean;
}

/**
 * What is slow is settled by what stable does for some scrapes at the beginning of the first step; undefined where it was cut
 * off. Where stable answers nobody for so long, only failures are compared, and that is said.
 */
async function settled({ everySeconds }: Wanted, tools: RolloutTools): Promise<Counter | undefined> {
  const seconds = Math.max(everySeconds / LOOKS, SETTLED_BY * tools.scrapeSeconds);
  for (let tries = 1; ; tries += 1) {
    await tools.wait(seconds);
    if (tools.cutOff()) return undefined;
    const counter = await tools.counter(seconds * tries);
    if (counter.slow) return counter;
    if (tries < PATIENCE) continue;
    tools.say("  only failures are compared: stable has answered too few requests to say what is slow");
    return counter;
  }
}

interface StepEnd {
  readonly ended: "fine" | "worse" | "too few requests" | "nothing to look at" | "cut off";
  /** What stable did in it, by indicator. */
  readonly stable: ReadonlyMap<string, VersionCounts>;
  /** Why it ended so, with the numbers; empty where there is nothing to say. */
  readonly why: string;
}

async function watch(watched: Watched, counter: Counter, tools: RolloutTools): Promise<StepEnd> {
  const { everySeconds } = watched;
  watched.memory.beginStep();
  const began = tools.now();
  const elapsed = () => (tools.now() - began) / 1000;
  for (let failed = 0; ; ) {
    await tools.wait(everySeconds / LOOKS);
    const look = await lookAt(watched, counter, elapsed());
    if ("failure" in look) {
      failed += 1;
      tools.say(`  a look failed, ${failed} of ${FAILED_LOOKS} in a row: ${look.failure}`);
      if (tools.cutOff()) return { ended: "cut off", stable: watched.before, why: "" };
      if (failed < FAILED_LOOKS) continue;
      return { ended: "nothing to look at", stable: watched.before, why: look.failure };
    }
    failed = 0;
    const { broken, memory, seen } = look;
    if (broken !== undefined) {
      tools.say(`rolled back: ${broken}`);
      return { ended: "worse", stable: watched.before, why: broken };
    }
    const stable = new Map(seen.map(({ error, counts }) => [error, counts.stable]));
    const judged = seen.map((one) => judgedBy(one, watched));
    const worse = judged.find(({ judgement }) => judgement.verdict === "roll back");
    if (worse !== undefined) {
      const why = `more of the candidate's requests ${worse.error}. ${worse.judgement.why}`;
      tools.say(`rolled back: ${why}`);
      return { ended: "worse", stable, why };
    }
    if (tools.cutOff()) return { ended: "cut off", stable, why: "" };
    if (elapsed() < everySeconds) continue;
    const waits = judged.find(({ judgement }) => judgement.verdict === "wait");
    if (waits === undefined) {
      for (const { error, judgement } of judged) tools.say(`  no more of them ${error}: ${judgement.why}`);
      tools.say(`  its memory does not leak: ${memory}`);
      return { ended: "fine", stable, why: "" };
    }
    if (elapsed() < PATIENCE * everySeconds) continue;
    tools.say(`  it stays at ${watched.step}%: ${waits.judgement.why}`);
    return { ended: "too few requests", stable, why: waits.judgement.why };
  }
}

interface Look {
  /** What is wrong with the candidate whatever its answers are. */
  readonly broken?: string;
  /** What is to be said of its memory. */
  readonly memory: string;
  /** What was counted; nothing where it is broken. */
  readonly seen: readonly Counted[];
}

/** One look. Prometheus that does not answer is no reason to leave a candidate alone. */
async function lookAt(
  watched: Watched,
  counter: Counter,
  seconds: number,
): Promise<Look | { readonly failure: string }> {
  try {
    const found = await brokenBy(watched, counter, seconds);
    return { ...found, seen: found.broken === undefined && watched.compares ? await counter.count(seconds) : [] };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** What is wrong with the candidate whatever its answers are, and what is to be said of its memory. */
async function brokenBy(
  { memory, sure, memoryWithinSeconds }: Watched,
  counter: Counter,
  seconds: number,
): Promise<{ readonly broken?: string; readonly memory: string }> {
  if (await counter.away()) return { broken: "no container of the candidate answers Prometheus", memory: "" };
  const { held, ended } = await counter.memory(seconds);
  const { verdict, why } = memory.judge(held, { confidence: sure, withinSeconds: memoryWithinSeconds });
  if (ended.length > 0) return { broken: ended.join("; "), memory: why };
  return verdict === "roll back" ? { broken: `the candidate's memory leaks. ${why}`, memory: why } : { memory: why };
}

function judgedBy(
  { error, counts }: Counted,
  watched: Watched,
): { readonly error: string; readonly judgement: Judgement } {
  const stable = watched.step === 100 ? (watched.before.get(error) ?? counts.stable) : counts.stable;
  const settings = { confidence: watched.sure, leastRequests: watched.leastRequests };
  return { error, judgement: judge({ stable, candidate: counts.candidate }, settings) };
}
