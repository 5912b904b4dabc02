import { fastifyCookie, type SerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/** The cookie that a browser keeps the id of its session in. It goes when the browser is closed. */
export interface SessionCookie {
  /** The id that a request came with, whatever it is worth; undefined for none. */
  of(request: FastifyRequest): string | undefined;
  /** Has the browser keep an id. */
  set(reply: FastifyReply, id: string): void;
  /** Has the browser forget it. */
  clear(reply: FastifyReply): void;
}

/**
 * The cookie `session`: no script reads it, and other sites' forms come without it.
 *
 * It goes to Node's own answer at once, which the API and the pages both have: the pages write theirs themselves.
 *
 * @param secure whether it goes over TLS only; then it is `__Host-session`, which no other host can set
 */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? "__Host-session" : "session";
  const options: SerializeOptions = { path: "/", httpOnly: true, sameSite: "lax", secure };
  const give = (reply: FastifyReply, value: string, more: SerializeOptions = {}) => {
    // Of two, as of a session's next id and of its end, the last one counts.
    reply.raw.setHeader("Set-Cookie", fastifyCookie.serialize(name, value, { ...options, ...more }));
  };
  return {
    of: (request) => request.cookies[name],
    set: (reply, id) => give(reply, id),
    clear: (reply) => give(reply, "", { expires: new Date(0), maxAge: 0 }),
  };
}
