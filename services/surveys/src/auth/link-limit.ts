import type { Redis } from "ioredis";
import { kept } from "./kept.ts";
import { tooManyLinks } from "./refusals.ts";

const HOUR_SECONDS = 3600;

/** How many links one address may be sent in an hour, in all instances of the service together. */
export interface LinkLimit {
  /**
   * Counts one more link.
   *
   * @throws Problem 429 with the seconds until there may be another, 503 while it can't be counted
   */
  take(userId: string): Promise<void>;
  /** Takes the last count back, since nothing was sent. It never fails. */
  giveBack(userId: string): Promise<void>;
}

/**
 * Counts in Redis, below `sent:<userId>`. An hour begins with its first link, and its count ends with it.
 *
 * Appwrite has no limit of its own for who asks with an API key, so this one stands before both ways.
 *
 * @param perHour the most links in an hour
 */
export function redisLinkLimit(redis: Redis, perHour: number): LinkLimit {
  // The hour is set in the same step as the count, so that no count stays for ever.
  const counted = (userId: string) => redis.multi().set(keyOf(userId), "0", "EX", HOUR_SECONDS, "NX");
  return {
    take: async (userId) => {
      const answers = await kept(counted(userId).incr(keyOf(userId)).ttl(keyOf(userId)).exec());
      const [count, seconds] = (answers ?? []).slice(1).map(([, value]) => Number(value));
      if (count === undefined || count > perHour) throw tooManyLinks(seconds ?? HOUR_SECONDS);
    },
    giveBack: async (userId) => {
      // Without it there is one link fewer in this hour.
      await kept(counted(userId).decr(keyOf(userId)).exec()).catch(() => {});
    },
  };
}

function keyOf(userId: string): string {
  return `sent:${userId}`;
}
