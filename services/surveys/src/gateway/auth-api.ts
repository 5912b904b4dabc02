import formBody from "@fastify/formbody";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { linkSentSchema, verifiedSchema } from "../between/contract.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { newPeople } from "./people.ts";
import { addressSchema, linkSchema, mailedLinkSchema, refusalSchemas } from "./schemas.ts";

const BASE = "/api/v1/auth";

/** The routes under `/api/v1/auth`: links come from the service that signs people in, and sessions from here. */
export const authApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  const people = newPeople(options);

  for (const [path, what] of [
    ["signup", "begin"],
    ["login", "come back"],
  ] as const) {
    app.route({
      method: "POST",
      url: `${BASE}/${path}`,
      onRequest: people.limitSignIn,
      schema: {
        summary: `Has a link mailed, to ${what}`,
        body: addressSchema,
        response: {
          202: { ...linkSentSchema, description: "Until when the link can be used." },
          ...refusalSchemas(403, 413, 415, 422, 502, 504),
        },
      },
      preHandler: people.countLink,
      handler: async (request, reply) => reply.code(202).send(await people.sendLink(request, path, request.body)),
    });
  }

  app.route({
    method: "GET",
    url: `${BASE}/verify`,
    onRequest: people.limitLightly,
    schema: {
      summary: "Leads from a mailed link to the page with its button; neither uses anything up",
      querystring: mailedLinkSchema,
      response: { 303: { description: "Where the page is.", type: "null" }, ...refusalSchemas() },
    },
    handler: async (request, reply) => {
      const { userId, secret } = request.query;
      // What leads on holds the secret, too: it is kept nowhere.
      const headers = { "Cache-Control": "no-store", "Referrer-Policy": "strict-origin" };
      return reply.headers(headers).redirect(`/sign-in/link?${new URLSearchParams({ userId, secret })}`, 303);
    },
  });

  // In a scope of its own: only this one takes a form.
  const verify: FastifyPluginAsyncTypebox = async (scope) => {
    await scope.register(formBody);
    scope.route({
      method: "POST",
      url: `${BASE}/verify`,
      onRequest: people.limitSignIn,
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
        const data = await people.useLink(request, reply, request.body);
        return isForm(request) ? reply.redirect("/requests", 303) : { data };
      },
    });
  };
  await app.register(verify);

  app.route({
    method: "POST",
    url: `${BASE}/logout`,
    onRequest: people.limitLightly,
    schema: {
      summary: "Signs out",
      response: { 204: { description: "There is no session any more.", type: "null" }, ...refusalSchemas(403) },
    },
    handler: async (request, reply) => {
      await people.signOut(request, reply);
      return reply.code(204).send(null);
    },
  });

  for (const path of ["signup", "login", "verify", "logout"]) refuseOtherMethods(app, `${BASE}/${path}`);
};

function isForm(request: FastifyRequest): boolean {
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
}
