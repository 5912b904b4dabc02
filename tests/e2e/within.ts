/** What is to come within a time, on a machine that may stand still for a moment. */

import { expect } from "vitest";

/** How often something late is tried: a machine that stands still once is no reason to fail, a product that is slow is. */
const TRIES = 4;

/**
 * Tries until an attempt took no longer than it may, a few times at most. Whatever is tried has to come, in the end,
 * each time: the attempt waits for it with patience, and fails where it stays away.
 *
 * @param seconds how long it may take
 * @param attempt tries it, and gives the seconds that it took
 * @example
 * ```ts
 * await within(5, async () => {
 *   const id = await send();
 *   return secondsOf(() => expect.poll(() => found(id)).toBe(true));
 * });
 * ```
 */
export async function within(seconds: number, attempt: () => Promise<number>): Promise<void> {
  const took: number[] = [];
  do took.push(await attempt());
  while (took.length < TRIES && Math.min(...took) > seconds);
  expect(Math.min(...took), `the times of all attempts: ${took.join(", ")} s`).toBeLessThanOrEqual(seconds);
}
