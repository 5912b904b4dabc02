/** What both kinds of scratch stores ask. */

import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerEngine } from "../containers/engine.ts";
import type { Job } from "../containers/job.ts";

/** Lines of a name and a number. */
export function pairsOf(answer: string, between: string): ReadonlyMap<string, number> {
  const lines = answer.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(between);
      return [line.slice(0, at), Number(line.slice(at + between.length))] as const;
    }),
  );
}

/** Seconds that an empty store has to start, on a busy machine. */
const START_SECONDS = 240;

/** Seconds that one question to it may take: a container that is paused, or an engine that is gone, answers never. */
const ANSWER_SECONDS = 30;

/** How often it is asked. */
const PAUSE_MILLISECONDS = 250;

/**
 * Waits until a store answers.
 *
 * @param question what ends with 0 when it does
 * @param seconds that it has. @default 240
 * @throws Error with its last answer and the last of its log when it ends, or does not answer in time
 */
export async function untilReady(
  engine: ContainerEngine,
  question: Job,
  container: string,
  what: string,
  seconds: number = START_SECONDS,
): Promise<void> {
  const patient = engine.within(ANSWER_SECONDS);
  const latest = Date.now() + seconds * 1000;
  for (;;) {
    const asked = await patient.run(question);
    if (asked.code === 0) return;
    const ends = !((await patient.stateOf(container))?.running ?? false);
    if (ends || Date.now() > latest) {
      const log = await patient.logs(container, 5);
      const why = ends ? "it ended" : `it does not answer within ${seconds} s`;
      const last = `${asked.stdout}${asked.stderr}`.trim() || `nothing, and code ${asked.code}`;
      throw new Error(`${what} does not start: ${why}. The last answer: ${last}\nIts log: ${log.trim()}`);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}
