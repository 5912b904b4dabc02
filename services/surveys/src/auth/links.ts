import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import type { User } from "../between/contract.ts";
import type { LinkLimit } from "./link-limit.ts";

const log = getLogger("auth.links");

/** Who gets a link. */
export interface Recipient {
  /** Who they are in all services; made by `userIdOf`. */
  readonly userId: string;
  /** Their address in lower case: a mail goes to nobody but whom the id was made from. */
  readonly address: string;
}

/** What became of a link. */
export interface SentLink {
  /** When it ends. */
  readonly expires: Date;
  /**
   * Whether it was taken: `refused` where there can be no mail to that address, `limited` where there were too many.
   * Callers are not told.
   */
  readonly outcome: "sent" | "refused" | "limited";
}

/** A way to sign people in by links that they are mailed. */
export interface Links {
  /**
   * Mails a link. It does the same for an address that is known and for one that is new.
   *
   * @param requestId id of the request that it is done for
   * @throws Problem 429 for too many, 503 when it can't be done now
   */
  send(recipient: Recipient, requestId: string): Promise<SentLink>;
  /**
   * Uses a link up: who it was sent to, or undefined for one that is wrong, used or over.
   *
   * @param requestId id of the request that it is done for
   * @throws Problem 503 when it can't be told now
   */
  verify(userId: string, secret: string, requestId: string): Promise<User | undefined>;
}

/**
 * The same with a limit on the links for one address. What could not be sent does not count. One too many is answered as
 * any other, and not mailed: a refusal would tell that somebody has asked before.
 *
 * @param seconds how long a link holds
 */
export function limitedLinks(links: Links, limit: LinkLimit, seconds: number): Links {
  return {
    send: async (recipient, requestId) => {
      if (!(await limit.take(recipient.userId))) {
        log.info("a link was not sent: there are too many for this address", { user_id: recipient.userId });
        return { expires: new Date(Date.now() + seconds * 1000), outcome: "limited" };
      }
      try {
        return await links.send(recipient, requestId);
      } catch (error) {
        if (error instanceof Problem && error.status === 503) await limit.giveBack(recipient.userId);
        throw error;
      }
    },
    verify: (userId, secret, requestId) => links.verify(userId, secret, requestId),
  };
}
