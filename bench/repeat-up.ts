/** What a user waits for: `npm run up` from nothing, and once more. */

import { type BenchContext, type BenchResult, loadText, resultOf, secondsOf } from "./context.ts";
import { runOrThrow } from "./stack.ts";

/** Seconds that the second one must not exceed. */
export const REPEAT_UP_MARK = 90;

/**
 * Takes the stack down with its data, then runs `npm run up` twice. The parts that a machine needs once are in the cache
 * before; on a bare machine the first one makes them as well.
 *
 * @throws Error with their words when one of them fails.
 */
export async function benchRepeatUp(context: BenchContext): Promise<BenchResult> {
  const npm = (command: string, ...more: string[]) =>
    runOrThrow(context, ["npm", "run", command, "--", "--stack", context.stack, "--yes", ...more], context.root);
  await npm("down");
  const first = await secondsOf(() => npm("up", "--no-verify"));
  context.write(`first npm run up, from nothing: ${first.toFixed(1)} s (load ${loadText()})\n`);
  const second = await secondsOf(() => npm("up", "--no-verify"));
  const met = second <= REPEAT_UP_MARK;
  context.write(`second npm run up: ${second.toFixed(1)} s (load ${loadText()})\n`);
  context.write(`mark ${REPEAT_UP_MARK} s for the second: ${met ? "met" : "missed"}\n`);
  return resultOf({ name: "repeat-up", facts: { firstSeconds: first, secondSeconds: second }, met });
}
