/** What both kinds of scratch stores ask. */

import { setTimeout as sleep } from "node:timers/promises";
import { type DockerCommand, docker } from "../docker-command.ts";
import { ask } from "./stream.ts";

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
const START_SECONDS = 600;

/**
 * Waits until a store answers.
 *
 * @throws Error with the last of its log when it ends, or does not answer in time
 */
export async function untilReady(
  engine: DockerCommand,
  words: readonly string[],
  container: string,
  what: string,
): Promise<void> {
  const latest = Date.now() + START_SECONDS * 1000;
  while ((await docker(engine, words)).code !== 0) {
    const running = await ask(engine, ["inspect", "--format={{.State.Running}}", container], what);
    if (running !== "true" || Date.now() > latest) {
      const { stdout, stderr } = await docker(engine, ["logs", "--tail=5", container]);
      throw new Error(`${what} does not start: ${`${stdout}${stderr}`.trim()}`);
    }
    await sleep(500);
  }
}
