import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { Counter, type Registry } from "prom-client";
import type { SurveyRequest } from "../between/contract.ts";

/** Keeps the list of a user for some seconds. It never fails: without Redis every list is read. */
export interface ListCache {
  /** The list of a user, from the cache or by `read`, whose errors are passed on and not kept. */
  get(userId: string, read: () => Promise<SurveyRequest[]>): Promise<SurveyRequest[]>;
  /** Drops what is kept of a user, also what is being read at this moment. */
  drop(userId: string): Promise<void>;
}

/** What a key of the cache holds. */
interface Kept {
  readonly generation: string;
  readonly list: SurveyRequest[];
}

// Outlives every list that is older than it: the longest time that one is kept is 60 s, and reading it takes a while.
const GENERATION_SECONDS = 120;

/**
 * A cache in Redis. A list is valid only in the generation of its user in which it began to be read: who reads while a
 * request is made can't put the old list back afterwards.
 *
 * @param seconds how long a list is kept; 0 for never
 */
export function listCache(redis: Redis, seconds: number, registry: Registry): ListCache {
  const lookups = new Counter({
    name: "request_list_lookups_total",
    help: "Lists of a user's requests, by whether the cache had them; unavailable: Redis didn't answer.",
    labelNames: ["result"],
    registers: [registry],
  });
  for (const result of ["hit", "miss", "unavailable"]) lookups.labels(result).inc(0);

  return {
    get: async (userId, read) => {
      if (seconds === 0) return read();
      const [key, generationKey] = keysOf(userId);
      const found = await redis.mget(key, generationKey).catch(() => undefined);
      if (found === undefined) {
        lookups.labels("unavailable").inc();
        return read();
      }
      const generation = found[1] ?? "";
      const kept = found[0] == null ? undefined : keptIn(found[0]);
      if (kept?.generation === generation) {
        lookups.labels("hit").inc();
        return kept.list;
      }
      lookups.labels("miss").inc();
      const list = await read();
      const text = JSON.stringify({ generation, list } satisfies Kept);
      await redis.set(key, text, "EX", seconds).catch(() => {});
      return list;
    },
    drop: async (userId) => {
      const [, generationKey] = keysOf(userId);
      // Without Redis the old list lives for some seconds more, and nobody reads it.
      await redis.set(generationKey, randomUUID(), "EX", GENERATION_SECONDS).catch(() => {});
    },
  };
}

// A record of another version of this service, or one that is broken, is none: the list is read.
function keptIn(text: string): Kept | undefined {
  try {
    const { generation, list } = JSON.parse(text) as Partial<Kept>;
    return typeof generation === "string" && Array.isArray(list) ? { generation, list } : undefined;
  } catch {
    return undefined;
  }
}

function keysOf(userId: string): [string, string] {
  return [`list:${userId}`, `generation:${userId}`];
}
