/** From nothing to healthy: `pulumi up` of the stack beside `docker compose up --wait` of the same containers. */

import { runningContainers } from "../cli/compose/resources.ts";
import { openCompose } from "./compose.ts";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { runPairs } from "./pairs.ts";
import { stackDestroy, stackResources, stackUp } from "./stack.ts";

/** The ratio that the stack must not exceed. */
export const COLD_UP_MARK = 1.25;

/**
 * Measures, prints the table and gives the result. The images are there beforehand; the stack is taken down with its
 * data for each pair, and is up again at the end. Neither side finds the other one running.
 *
 * @throws Error with the words of Pulumi or Compose when one of the runs fails.
 */
export async function benchColdUp(context: BenchContext): Promise<BenchResult> {
  const resources = await stackResources(context);
  const compose = await openCompose(context, resources);
  let isUp = true;
  const takeDown = async () => {
    if (isUp) await stackDestroy(context);
    isUp = false;
  };
  try {
    const subject = async () => {
      await takeDown();
      const seconds = await secondsOf(() => stackUp(context));
      isUp = true;
      return seconds;
    };
    const anchor = async () => {
      await takeDown();
      const seconds = await secondsOf(compose.up);
      await compose.down();
      return seconds;
    };
    const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
    const names = { subject: `cold up of ${context.stack}`, anchor: "docker compose up --wait" };
    const comparison = compare(names, COLD_UP_MARK, runs, context.write);
    const facts = { containers: runningContainers(resources).length, resources: resources.length };
    return resultOf({ name: "cold-up", comparisons: [comparison], facts, met: comparison.met });
  } finally {
    await compose.close();
    if (!isUp) await stackUp(context);
  }
}
