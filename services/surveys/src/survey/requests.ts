import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "../../../telemetry/node/index.ts";
import type { SurveyRequest } from "../between/contract.ts";
import type { ListCache } from "./list-cache.ts";
import type { RedcapClient, RedcapRecord } from "./redcap.ts";
import { RedcapFailure } from "./redcap-failure.ts";
import { LockUnavailable, type UserLock } from "./user-lock.ts";

/** A user has as many incomplete requests as are allowed. */
export class TooManyIncomplete extends Error {
  override name = "TooManyIncomplete";
}

/** A request was sent to REDCap, which did not confirm it: it may come to exist. */
export class RequestUncertain extends Error {
  override name = "RequestUncertain";
}

/** What {@link surveyRequests} needs. */
export interface SurveyRequestsOptions {
  /** Where requests are kept. */
  readonly redcap: RedcapClient;
  /** Throws where REDCap would not be asked. */
  readonly refuseWhileOpen: () => void;
  /** By which a user's requests are made one after another. */
  readonly lock: UserLock;
  /** Where lists are kept for some seconds. */
  readonly cache: ListCache;
  /** The most incomplete requests of one user. */
  readonly incompleteMax: number;
  /** Milliseconds that one call to REDCap may take. */
  readonly timeoutMs: number;
}

/** The requests of all users. All methods throw {@link RedcapFailure}. */
export interface SurveyRequests {
  /**
   * Makes a request, where its user has fewer incomplete ones than are allowed.
   *
   * @throws TooManyIncomplete, RequestUncertain, LockBusy, LockUnavailable
   */
  make(userId: string, email: string): Promise<SurveyRequest>;
  /** All requests of a user, the newest first; some seconds old at most. */
  list(userId: string): Promise<SurveyRequest[]>;
  /** Where the incomplete requests of a user are filled in. */
  links(userId: string): Promise<{ id: string; url: string }[]>;
  /** All answers of a user. */
  answers(userId: string): Promise<RedcapRecord[]>;
  /** All answers of a user, as CSV. */
  answersAsCsv(userId: string): Promise<string>;
}

// A request whose answer was lost is looked for again after so long, for as long as one call may take.
const LOOK_PAUSE_MS = 300;

const log = getLogger("survey.requests");

/**
 * How long a lock has to be kept: making a request asks REDCap for the list, the import, and where its answer was lost
 * for the request. What REDCap may still be at when nobody waits for it any more has time until then, too.
 *
 * @param timeoutMs milliseconds that one call to REDCap may take
 */
export function leaseMsFor(timeoutMs: number): number {
  return 6 * timeoutMs + 5000;
}

/** The business rule over REDCap, a lock and a cache. */
export function surveyRequests(options: SurveyRequestsOptions): SurveyRequests {
  const { redcap, lock, cache, incompleteMax, timeoutMs } = options;

  // What the import's answer was to say is found by the key of the request, or it stays open.
  const lookFor = async (key: string, failure: RedcapFailure): Promise<SurveyRequest> => {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = await redcap.find(key).catch((error: unknown) => {
        if (error instanceof RedcapFailure) return error;
        throw error;
      });
      if (found !== undefined && !(found instanceof RedcapFailure)) {
        log.info("a request was made though REDCap's answer was lost", { survey_request_id: found.id });
        return found;
      }
      // REDCap said itself that it failed, and it has no such record: nothing was made.
      if (found === undefined && failure.kind === "failed") throw failure;
      if (found?.kind === "open" || performance.now() + LOOK_PAUSE_MS > end) {
        throw new RequestUncertain("REDCap didn't confirm a request", { cause: failure });
      }
      await sleep(LOOK_PAUSE_MS);
    }
  };

  const add = async (userId: string, email: string): Promise<SurveyRequest> => {
    const key = randomUUID();
    const createdAt = new Date().toISOString();
    try {
      return { id: await redcap.add({ userId, email, key, createdAt }), createdAt, complete: false };
    } catch (error) {
      if (!(error instanceof RedcapFailure && error.mayBeDone)) throw error;
      return await lookFor(key, error);
    } finally {
      await cache.drop(userId);
    }
  };

  return {
    make: async (userId, email) => {
      const held = await lock.take(userId, options.refuseWhileOpen);
      let uncertain = false;
      try {
        // The cache may be old, and the rule must not be.
        const incomplete = (await redcap.requestsOf(userId)).filter((request) => !request.complete).length;
        if (incomplete >= incompleteMax) throw new TooManyIncomplete("as many incomplete requests as are allowed");
        // A lock that Redis lost, or whose time is nearly up, would let another one count the same.
        if (!(await held.heldFor(3 * timeoutMs))) throw new LockUnavailable("the lock was lost");
        return await add(userId, email);
      } catch (error) {
        uncertain = error instanceof RequestUncertain;
        throw error;
      } finally {
        // REDCap may be writing still. Until the lock's time is up nobody counts without that request.
        if (!uncertain) await held.release();
      }
    },
    list: (userId) => cache.get(userId, () => redcap.requestsOf(userId)),
    links: async (userId) => {
      const requests = await cache.get(userId, () => redcap.requestsOf(userId));
      const incomplete = requests.filter((request) => !request.complete);
      return Promise.all(incomplete.map(async ({ id }) => ({ id, url: await redcap.linkOf(id) })));
    },
    answers: (userId) => redcap.answersOf(userId),
    answersAsCsv: (userId) => redcap.answersAsCsv(userId),
  };
}
