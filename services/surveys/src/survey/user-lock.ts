import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { getLogger } from "../../../telemetry/node/index.ts";

/** Redis doesn't answer, or refuses: nobody can tell whether the lock is free. */
export class LockUnavailable extends Error {
  override name = "LockUnavailable";
}

/** Another one held the lock for the whole time that was waited for it. */
export class LockBusy extends Error {
  override name = "LockBusy";
}

/** Settings of {@link userLock}. */
export interface UserLockOptions {
  /** Milliseconds that a lock is kept for its owner; then it is free, whatever the owner does. */
  readonly leaseMs: number;
  /** Milliseconds to wait for another owner. */
  readonly waitMs: number;
}

/** A lock that is held. */
export interface HeldLock {
  /**
   * Whether it is held still, and for so many milliseconds more at least: to be asked before what can't be undone.
   *
   * @throws LockUnavailable
   */
  heldFor(milliseconds: number): Promise<boolean>;
  /** Gives it back, if it is held still. Never fails: what can't be given back ends with its lease. */
  release(): Promise<void>;
}

/** One lock for each user, over all replicas. */
export interface UserLock {
  /**
   * Waits for the lock of a user.
   *
   * @param worthwhile called before each try: throws where it is no use to wait any longer
   * @throws LockUnavailable, LockBusy, and what `worthwhile` throws
   */
  take(userId: string, worthwhile: () => void): Promise<HeldLock>;
}

// Between two tries, growing: many who wait for long don't keep Redis busy.
const PAUSE_MS = 10;
const GROWTH = 1.5;
const MAX_PAUSE_MS = 250;

/** Milliseconds until the next try, after so many. They differ by chance, so that those who wait don't come in step. */
export function pauseMs(tries: number): number {
  return Math.min(PAUSE_MS * GROWTH ** tries, MAX_PAUSE_MS) * (0.5 + Math.random() / 2);
}

const log = getLogger("survey.lock");

/**
 * Locks in Redis, as its documentation has them for one server ("Distributed Locks with Redis"): `SET NX PX` with a
 * random token, so that nobody gives back what another one holds.
 *
 * The documentation compares and deletes by a script. The user of a service may run none, so it is done by `WATCH` and a
 * transaction: what changes the key in between makes it void. Both belong to a connection, and so one follows another.
 */
export function userLock(redis: Redis, { leaseMs, waitMs }: UserLockOptions): UserLock {
  let releases: Promise<void> = Promise.resolve();

  const release = async (key: string, token: string): Promise<void> => {
    try {
      await redis.watch(key);
      if ((await redis.get(key)) !== token) await redis.unwatch();
      // Its lease was over in between, and another one may hold it.
      else if ((await redis.multi().del(key).exec()) === null) log.info("a lock had ended before it was given back");
    } catch (error) {
      log.info("a lock ends with its lease: it couldn't be given back", { reason: nameOf(error) });
      // What is still watched would make the next transaction of this connection void.
      await redis.unwatch().catch(() => {});
    }
  };

  return {
    take: async (userId, worthwhile) => {
      const key = `lock:${userId}`;
      const token = randomUUID();
      const end = performance.now() + waitMs;
      for (let tries = 0; ; tries += 1) {
        worthwhile();
        const began = performance.now();
        if ((await known(redis.set(key, token, "PX", leaseMs, "NX"))) === "OK") {
          return {
            heldFor: async (milliseconds) =>
              performance.now() + milliseconds < began + leaseMs && (await known(redis.get(key))) === token,
            release: () => {
              releases = releases.then(() => release(key, token));
              return releases;
            },
          };
        }
        const pause = pauseMs(tries);
        if (performance.now() + pause > end) throw new LockBusy("another request of this user is being made");
        await sleep(pause);
      }
    },
  };
}

async function known<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new LockUnavailable(`Redis doesn't answer: ${nameOf(error)}`, { cause: error });
  }
}

// Messages of Redis may quote a key.
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
