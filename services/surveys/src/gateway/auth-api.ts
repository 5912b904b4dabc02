import formBody from "@fastify/formbody";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { getLogger, Problem, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { linkSentSchema, type User, verifiedSchema } from "../between/contract.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { callerAddress } from "./caller-address.ts";
import { addressSchema, linkSchema, mailedLinkSchema, refusalSchemas } from "./schemas.ts";
import { SIGN_IN_HEADERS, signInPage } from "./sign-in-page.ts";
import { answered } from "./signed-in.ts";

const BASE = "/api/v1/auth";

/** Requests to sign in that one address may send in a minute. */
export const AUTH_LIMIT_PER_MINUTE = 20;

/** Links that one address may ask for in an hour, whomever they are for: nobody is to fill the mailboxes of others. */
export const LINKS_PER_CALLER = 30;

/** Links that all together may ask for in an hour: what is mailed beyond that, a mail server takes for a flood. */
export const LINKS_OF_ALL = 1000;

const log = getLogger("gateway.auth");

const LOGOUT_NOTE_MS = 1000;

const linkSent = Compile(linkSentSchema);
const verified = Compile(verifiedSchema);

/** The routes under `/api/v1/auth`: links come from the service that signs people in, and sessions from here. */
export const authApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  const { upstreams, sessions, cookie, limits, rateLimitPerMinute } = options;
  const limited = async (request: FastifyRequest): Promise<void> =>
    limits.take(`auth:${callerAddress(request)}`, AUTH_LIMIT_PER_MINUTE);
  const lightlyLimited = async (request: FastifyRequest): Promise<void> =>
    limits.take(`address:${callerAddress(request)}`, rateLimitPerMinute);

  // Only what would be mailed counts, and of the hour of all only what a caller may have.
  const countLink = async (request: FastifyRequest): Promise<void> => {
    await limits.take(`links:${callerAddress(request)}`, LINKS_PER_CALLER, "hour");
    await limits.take("links-of-all", LINKS_OF_ALL, "hour");
  };

  for (const [path, what] of [
    ["signup", "begin"],
    ["login", "come back"],
  ] as const) {
    app.route({
      method: "POST",
      url: `${BASE}/${path}`,
      onRequest: limited,
      schema: {
        summary: `Has a link mailed, to ${what}`,
        body: addressSchema,
        response: {
          202: { ...linkSentSchema, description: "Until when the link can be used." },
          ...refusalSchemas(403, 413, 415, 422, 502, 504),
        },
      },
      preHandler: countLink,
      handler: async (request, reply) => {
        const asked = { method: "POST", path: `${BASE}/${path}`, body: request.body, requestId: request.id } as const;
        return reply.code(202).send(await upstreams.auth.askJson(asked, linkSent));
      },
    });
  }

  app.route({
    method: "GET",
    url: `${BASE}/verify`,
    onRequest: lightlyLimited,
    schema: {
      summary: "Shows the button of a mailed link, which uses nothing up",
      querystring: mailedLinkSchema,
      response: {
        200: { description: "A page.", content: { "text/html": { schema: Type.String() } } },
        ...refusalSchemas(),
      },
    },
    handler: async (request, reply) =>
      reply.headers(SIGN_IN_HEADERS).send(signInPage(request.query.userId, request.query.secret)),
  });

  // In a scope of its own: only this one takes a form.
  const verify: FastifyPluginAsyncTypebox = async (scope) => {
    await scope.register(formBody);
    scope.route({
      method: "POST",
      url: `${BASE}/verify`,
      onRequest: limited,
      schema: {
        summary: "Signs in by a mailed link: JSON is answered with who that is, a form with the way on",
        consumes: ["application/json", "application/x-www-form-urlencoded"],
        body: linkSchema,
        response: {
          200: { ...verifiedSchema, description: "Who is signed in, with the session as a cookie." },
          303: { description: "The same for a form, with the way on.", type: "null" },
          ...refusalSchemas(401, 403, 409, 413, 415, 502, 504),
        },
      },
      handler: async (request, reply) => {
        reply.header("Cache-Control", "no-store");
        // A link is used up by the question: there must be somewhere to keep the session.
        await answered(sessions.check());
        const { userId, secret } = request.body;
        const before = cookie.of(request);
        const present = before === undefined ? undefined : await answered(sessions.find(before));
        if (present !== undefined && present.user.userId !== userId) throw signedInAlready();
        const asked = { method: "POST", path: `${BASE}/verify`, requestId: request.id } as const;
        const { data } = await upstreams.auth.askJson({ ...asked, body: { userId, secret } }, verified);
        if (before !== undefined) await answered(sessions.end(before));
        cookie.set(reply, await answered(sessions.begin(data)));
        log.info("somebody signed in", { user_id: data.userId });
        if (isForm(request)) return reply.redirect("/api/v1/me", 303);
        return { data };
      },
    });
  };
  await app.register(verify);

  app.route({
    method: "POST",
    url: `${BASE}/logout`,
    onRequest: lightlyLimited,
    schema: {
      summary: "Signs out",
      response: { 204: { description: "There is no session any more.", type: "null" }, ...refusalSchemas(403) },
    },
    handler: async (request, reply) => {
      const id = cookie.of(request);
      const user = id === undefined ? undefined : await answered(sessions.end(id));
      cookie.clear(reply);
      if (user !== undefined) await tellOfLogout(options, user, request.id);
      return reply.header("Cache-Control", "no-store").code(204).send(null);
    },
  });

  for (const path of ["signup", "login", "verify", "logout"]) refuseOtherMethods(app, `${BASE}/${path}`);
};

// What is filled in here would be another's all of a sudden: whoever sends somebody a link of his own may want that.
function signedInAlready(): Problem {
  const detail =
    "Somebody else is signed in here. Sign out, or use another browser, and open the link again: it still holds.";
  return new Problem(409, "signed-in-already", detail);
}

function isForm(request: FastifyRequest): boolean {
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
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
