import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { getLogger, Problem } from "../../../telemetry/node/index.ts";
import { linkSentSchema, type User, verifiedSchema } from "../between/contract.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { callerAddress } from "./caller-address.ts";
import type { addressSchema, linkSchema } from "./schemas.ts";
import { answered } from "./signed-in.ts";

const BASE = "/api/v1/auth";

/** Requests to sign in that one address may send in a minute. */
export const AUTH_LIMIT_PER_MINUTE = 20;

/** Links that one address may ask for in an hour, whomever they are for: nobody is to fill the mailboxes of others. */
export const LINKS_PER_CALLER = 30;

/** Links that all together may ask for in an hour: what is mailed beyond that, a mail server takes for a flood. */
export const LINKS_OF_ALL = 1000;

const LOGOUT_NOTE_MS = 1000;

const log = getLogger("gateway.people");

const linkSent = Compile(linkSentSchema);
const verified = Compile(verifiedSchema);

/** How people sign in and out, for the API and for the pages: the rules are here once. All of it throws Problems. */
export interface People {
  /** Counts a request to sign in: first of all, before anything of it is read. */
  limitSignIn(request: FastifyRequest): Promise<void>;
  /** Counts a request of somebody who needs not be signed in. */
  limitLightly(request: FastifyRequest): Promise<void>;
  /** Counts a link that is about to be mailed: last of all, as only what would be mailed counts. */
  countLink(request: FastifyRequest): Promise<void>;
  /** Has a link mailed, to begin or to come back. */
  sendLink(
    request: FastifyRequest,
    kind: "signup" | "login",
    address: Static<typeof addressSchema>,
  ): Promise<Static<typeof linkSentSchema>>;
  /** Uses a link up: the answer sets the session's cookie. Where somebody else is signed in, the link still holds. */
  useLink(request: FastifyRequest, reply: FastifyReply, link: Static<typeof linkSchema>): Promise<User>;
  /** Ends the session, if there is one: the answer clears its cookie. */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/** How people sign in and out at a gateway. */
export function newPeople(options: GatewayApiOptions): People {
  const { upstreams, sessions, cookie, limits, rateLimitPerMinute } = options;
  return {
    limitSignIn: (request) => limits.take(`auth:${callerAddress(request)}`, AUTH_LIMIT_PER_MINUTE),
    limitLightly: (request) => limits.take(`address:${callerAddress(request)}`, rateLimitPerMinute),
    // Of the hour of all only what a caller may have.
    countLink: async (request) => {
      await limits.take(`links:${callerAddress(request)}`, LINKS_PER_CALLER, "hour");
      await limits.take("links-of-all", LINKS_OF_ALL, "hour");
    },
    sendLink: ({ id: requestId }, kind, body) =>
      upstreams.auth.askJson({ method: "POST", path: `${BASE}/${kind}`, body, requestId }, linkSent),
    useLink: async (request, reply, { userId, secret }) => {
      reply.header("Cache-Control", "no-store");
      // A link is used up by the question: there must be somewhere to keep the session.
      await answered(sessions.check());
      const before = cookie.of(request);
      const present = before === undefined ? undefined : await answered(sessions.find(before));
      if (present !== undefined && present.user.userId !== userId) throw signedInAlready();
      const asked = { method: "POST", path: `${BASE}/verify`, requestId: request.id } as const;
      const { data } = await upstreams.auth.askJson({ ...asked, body: { userId, secret } }, verified);
      if (before !== undefined) await answered(sessions.end(before));
      cookie.set(reply, await answered(sessions.begin(data)));
      log.info("somebody signed in", { user_id: data.userId });
      return data;
    },
    signOut: async (request, reply) => {
      reply.header("Cache-Control", "no-store");
      const id = cookie.of(request);
      const user = id === undefined ? undefined : await answered(sessions.end(id));
      cookie.clear(reply);
      if (user !== undefined) await tellOfLogout(options, user, request.id);
    },
  };
}

// What is filled in here would be another's all of a sudden: whoever sends somebody a link of his own may want that.
function signedInAlready(): Problem {
  const detail =
    "Somebody else is signed in here. Sign out, or use another browser, and open the link again: it still holds.";
  return new Problem(409, "signed-in-already", detail);
}

// The session has ended whatever becomes of the note.
async function tellOfLogout({ upstreams }: GatewayApiOptions, user: User, requestId: string): Promise<void> {
  const path = `${BASE}/logout`;
  const { userId } = user;
  try {
    await upstreams.auth.ask({ method: "POST", path, body: { userId }, user, requestId, timeoutMs: LOGOUT_NOTE_MS });
  } catch {
    log.info("somebody signed out, and the service that signs people in could not be told", { user_id: userId });
  }
}
