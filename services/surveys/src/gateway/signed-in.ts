import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import type { User } from "../between/contract.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { SessionCookie } from "./session-cookie.ts";
import { type Session, type Sessions, SessionsAway } from "./sessions.ts";

const log = getLogger("gateway.signed-in");

const users = new WeakMap<FastifyRequest, User>();

/** What {@link demandSession} and {@link recognise} need. */
export interface SignedInOptions {
  /** Who is signed in. */
  readonly sessions: Sessions;
  /** Where browsers keep that. */
  readonly cookie: SessionCookie;
  /** Who may ask how often. */
  readonly limits: RateLimits;
  /** Requests that a user, or an address without a session, may send in a minute. */
  readonly rateLimitPerMinute: number;
  /** Whom a request without a session is counted for. */
  readonly addressOf: (request: FastifyRequest) => string;
}

/**
 * Lets in whoever is signed in, for all routes of a scope, up to so many requests a minute. Now and then the answer
 * gives the session another id. What is answered is for one person, and kept nowhere.
 */
export function demandSession(app: FastifyInstance, options: SignedInOptions): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("Cache-Control", "no-store");
    const user = await recognise(request, reply, options);
    if (user === undefined) throw notSignedIn();
    users.set(request, user);
  });
}

/**
 * Who sent a request, which is counted for that user, or for its address where nobody is signed in. Once for a request.
 *
 * @throws Problem 429 for one too many, and 503 where sessions can't be reached
 */
export async function recognise(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SignedInOptions,
): Promise<User | undefined> {
  const { sessions, cookie, limits, rateLimitPerMinute, addressOf } = options;
  const id = cookie.of(request);
  const session = id === undefined ? undefined : await answered(sessions.find(id));
  const who = session === undefined ? `address:${addressOf(request)}` : `user:${session.user.userId}`;
  await limits.take(who, rateLimitPerMinute);
  if (session === undefined) return undefined;
  await giveNextId(session, reply, options);
  return session.user;
}

/** What somebody is answered who would have to be signed in. */
export function notSignedIn(): Problem {
  return new Problem(401, "not-signed-in", "Nobody is signed in here. Please sign in.");
}

/** Who sent a request, in a scope of {@link demandSession}. */
export function userOf(request: FastifyRequest): User {
  const user = users.get(request);
  if (user === undefined) throw new Error("a route asks for the user outside of the scope that demands one");
  return user;
}

/** What sessions answer, or the 503 that says that nobody can be recognised. */
export async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof SessionsAway)) throw error;
    const detail = "Nobody can be recognised at the moment, as the sessions can't be reached. Please try again soon.";
    throw new Problem(503, "sessions-unavailable", detail, { headers: { "Retry-After": "5" } });
  }
}

async function giveNextId(session: Session, reply: FastifyReply, options: SignedInOptions): Promise<void> {
  try {
    const next = await options.sessions.rotate(session);
    if (next !== undefined) options.cookie.set(reply, next);
  } catch (error) {
    // The id at hand is as good as before.
    if (!(error instanceof SessionsAway)) throw error;
    log.debug("a session keeps its id", { error });
  }
}
