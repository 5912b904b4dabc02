import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Registry } from "prom-client";
import { getLogger, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { API_KEY_HEADER, type OWN_PROCESS, requireApiKey } from "../between/api-key.ts";
import { linkSentSchema, verifiedSchema } from "../between/contract.ts";
import { protect } from "../between/protect.ts";
import type { Links } from "./links.ts";
import { authMetrics } from "./metrics.ts";
import { linkInvalid, RETRY_AFTER_SECONDS } from "./refusals.ts";
import { addressSchema, linkSchema, refusalSchemas, whoSchema } from "./schemas.ts";

/** What {@link authApi} needs. */
export interface AuthApiOptions {
  /** How links are sent and used up. */
  readonly links: Links;
  /** The id of whoever has an address, in lower case. */
  readonly userIdOf: (address: string) => string;
  /** Path of the file with the keys of callers; or only its own process asks it. */
  readonly apiKeysFile: string | typeof OWN_PROCESS;
  /** Version in the API's description. */
  readonly version: string;
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work. @default 1000 */
  readonly maxEventLoopDelay?: number;
  /** Where its counters go. */
  readonly registry: Registry;
}

const log = getLogger("auth.api");

const BASE = "/api/v1/auth";

/** The routes under `/api/v1/auth`. All but the API's description are for callers with a key. */
export const authApi: FastifyPluginAsyncTypebox<AuthApiOptions> = async (app, options) => {
  const { maxEventLoopDelay } = options;
  await protect(app, { maxEventLoopDelay, retryAfterSeconds: RETRY_AFTER_SECONDS });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Auth", version: options.version, description: "Signs people in by links that they are mailed." },
      servers: [{ url: "/" }],
      components: { securitySchemes: { apiKey: { type: "apiKey", in: "header", name: API_KEY_HEADER } } },
      security: [{ apiKey: [] }],
    },
  });
  await app.register(routes, options);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, `${BASE}/openapi.json`);
};

const routes: FastifyPluginAsyncTypebox<AuthApiOptions> = async (app, options) => {
  const { links, userIdOf, registry } = options;
  requireApiKey(app, options.apiKeysFile, registry);
  const counts = authMetrics(registry);

  for (const [path, what] of [
    ["signup", "Mails a link to whoever wants to begin"],
    ["login", "Mails a link to whoever comes back"],
  ] as const) {
    app.route({
      method: "POST",
      url: `${BASE}/${path}`,
      schema: {
        summary: `${what}; the answer is the same for every address`,
        body: addressSchema,
        response: {
          202: { ...linkSentSchema, description: "What is told of the link." },
          ...refusalSchemas(422, 429, 504),
        },
      },
      handler: async (request, reply) => {
        // What comes from here on is about the address that the id is made from, however it was written.
        const address = request.body.email.toLowerCase();
        const userId = userIdOf(address);
        const { expires, outcome } = await counts.sending(() => links.send({ userId, address }, request.id));
        if (outcome === "sent") log.info("a link was sent", { user_id: userId });
        reply.code(202);
        return { data: { expires: expires.toISOString() } };
      },
    });
  }

  app.route({
    method: "POST",
    url: `${BASE}/verify`,
    schema: {
      summary: "Uses a link up, and tells who was sent it",
      body: linkSchema,
      response: { 200: { ...verifiedSchema, description: "Who signed in." }, ...refusalSchemas(429) },
    },
    handler: async (request) => {
      const { userId, secret } = request.body;
      const user = await counts.verifying(() => links.verify(userId, secret, request.id));
      if (user === undefined) {
        log.info("a link was refused", { user_id: userId });
        throw linkInvalid();
      }
      log.info("somebody signed in", { user_id: user.userId });
      return { data: user };
    },
  });

  app.route({
    method: "POST",
    url: `${BASE}/logout`,
    schema: {
      summary: "Tells that somebody signed out",
      body: whoSchema,
      response: { 204: { description: "It is noted.", type: "null" }, ...refusalSchemas() },
    },
    handler: async (request, reply) => {
      // Nothing is to end here: the session is the gateway's. Nor with Appwrite, as no browser has a session of it: the
      // one that a link makes there is ended when it was read.
      log.info("somebody signed out", { user_id: request.body.userId });
      return reply.code(204).send(null);
    },
  });

  for (const path of ["signup", "login", "verify", "logout"]) refuseOtherMethods(app, `${BASE}/${path}`);
};
