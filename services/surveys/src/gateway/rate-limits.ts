import { type Redis, ReplyError } from "ioredis";
import { getLogger, Problem } from "../../../telemetry/node/index.ts";

const log = getLogger("gateway.limits");

const WINDOWS_MS = { minute: 60_000, hour: 3_600_000 } as const;

/** A time in which requests are counted. */
export type Window = keyof typeof WINDOWS_MS;

/** What somebody may ask for in a minute or an hour, of all instances of the service together. */
export interface RateLimits {
  /**
   * Counts one more request. While Redis is away, everything passes.
   *
   * @param who whose requests are counted together: `user:ada`
   * @param max how many pass in the window, which begins with the first of them
   * @param window a minute, unless it is said otherwise
   * @throws Problem 429 with `Retry-After`, for one too many
   */
  take(who: string, max: number, window?: Window): Promise<void>;
}

/**
 * Limits that are counted in Redis, one key for each caller and window.
 *
 * `@fastify/rate-limit` does it by a script, and the services' users may run none.
 */
export function redisRateLimits(redis: Redis): RateLimits {
  return {
    take: async (who, max, window = "minute") => {
      const counted = await count(redis, `limit:${who}`, WINDOWS_MS[window]);
      if (counted === undefined || counted.requests <= max) return;
      const seconds = Math.max(1, Math.ceil(counted.msLeft / 1000));
      const detail = `At most ${max} requests ${window === "hour" ? "an" : "a"} ${window}. Wait ${seconds} s.`;
      throw new Problem(429, "too-many-requests", detail, { headers: { "Retry-After": String(seconds) } });
    },
  };
}

interface Counted {
  readonly requests: number;
  readonly msLeft: number;
}

async function count(redis: Redis, key: string, windowMs: number): Promise<Counted | undefined> {
  try {
    const done = await redis.multi().incr(key).pexpire(key, windowMs, "NX").pttl(key).exec();
    const failed = done?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
    const [[, requests] = [], , [, msLeft] = []] = done ?? [];
    return { requests: Number(requests), msLeft: Number(msLeft) };
  } catch (error) {
    // That Redis is away is told by its client. What it refuses is a matter of its settings.
    if (error instanceof ReplyError) log.warning("Redis refuses to count requests", { error });
    return undefined;
  }
}
