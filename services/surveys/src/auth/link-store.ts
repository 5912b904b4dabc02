import { createHash, randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { kept } from "./kept.ts";

const SECRET_BYTES = 32;

/** Where links are between their mail and their use. */
export interface LinkStore {
  /**
   * Keeps a new link for an address, and gives its secret, which is nowhere else.
   *
   * @throws Problem 503 while it can't be kept
   */
  add(userId: string, address: string): Promise<string>;
  /**
   * Uses a link up: the address that it was for, or undefined where there is none. Of two that come at the same moment
   * one gets it.
   *
   * @throws Problem 503 while it can't be told; the link may be used up then
   */
  take(userId: string, secret: string): Promise<string | undefined>;
  /** Drops a link that nobody was sent. It never fails: at the latest, the link's time ends it. */
  remove(userId: string, secret: string): Promise<void>;
}

/**
 * Keeps links in Redis, below `link:<userId>:<SHA-256 of the secret>`: who reads Redis can't sign in with what is there.
 * The secret is as long as the hash, so the hash needs no salt, and nothing is told by how long a look-up takes.
 *
 * @param seconds how long a link holds
 */
export function redisLinkStore(redis: Redis, seconds: number): LinkStore {
  return {
    add: async (userId, address) => {
      const secret = randomBytes(SECRET_BYTES).toString("base64url");
      await kept(redis.set(keyOf(userId, secret), address, "EX", seconds));
      return secret;
    },
    take: async (userId, secret) => (await kept(redis.getdel(keyOf(userId, secret)))) ?? undefined,
    remove: async (userId, secret) => {
      await kept(redis.del(keyOf(userId, secret))).catch(() => {});
    },
  };
}

function keyOf(userId: string, secret: string): string {
  return `link:${userId}:${createHash("sha256").update(secret).digest("hex")}`;
}
