import type { CookieSerializeOptions } from "@fastify/cookie";
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
 * @param secure whether it goes over TLS only; then it is `__Host-session`, which no other host can set
 */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? "__Host-session" : "session";
  const options: CookieSerializeOptions = { path: "/", httpOnly: true, sameSite: "lax", secure };
  return {
    of: (request) => request.cookies[name],
    set: (reply, id) => {
      reply.setCookie(name, id, options);
    },
    clear: (reply) => {
      reply.clearCookie(name, options);
    },
  };
}
