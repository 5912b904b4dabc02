import type { Redis } from "ioredis";
import { kept } from "./kept.ts";
import { linksUnavailable } from "./refusals.ts";

/** How many links one address may be sent while one holds, in all instances of the service together. */
export interface LinkLimit {
  /**
   * Counts one more link, and tells whether it may be sent.
   *
   * @throws Problem 503 while it can't be counted
   */
  take(userId: string): Promise<boolean>;
  /** Takes the last count back, since nothing was sent. It never fails. */
  giveBack(userId: string): Promise<void>;
}

/**
 * Counts in Redis, below `sent:<userId>`. The time begins with the first link, and the count ends with it.
 *
 * It is as long as a link holds: whoever has another's links sent, to lock them out, leaves them with links that hold.
 * Appwrite has no limit of its own for who asks with an API key, so this one stands before both ways.
 *
 * @param most the most links in that time
 * @param seconds how long a link holds
 */
export function redisLinkLimit(redis: Redis, most: number, seconds: number): LinkLimit {
  // The end is set in the same step as the count, so that no count stays for ever.
  const counted = (userId: string) => redis.multi().set(keyOf(userId), "0", "EX", seconds, "NX");
  return {
    take: async (userId) => {
      const answers = await kept(counted(userId).incr(keyOf(userId)).exec());
      const [error, count] = answers?.at(-1) ?? [];
      // What Redis didn't count is no small number of links.
      if (error || !Number.isSafeInteger(count)) throw linksUnavailable();
      return Number(count) <= most;
    },
    giveBack: async (userId) => {
      // Without it there is one link fewer in this time.
      await kept(counted(userId).decr(keyOf(userId)).exec()).catch(() => {});
    },
  };
}

function keyOf(userId: string): string {
  return `sent:${userId}`;
}
