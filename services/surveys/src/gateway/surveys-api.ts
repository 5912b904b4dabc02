import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { invalidParameters, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { dataSchema, linksSchema, requestMadeSchema, verifiedSchema } from "../between/contract.ts";
import type { AnswersFile } from "./answers-file.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { callerAddress } from "./caller-address.ts";
import { downloadQuerySchema, listSchema, noQuerySchema, refusalSchemas } from "./schemas.ts";
import { demandSession, userOf } from "./signed-in.ts";
import { surveysOf } from "./surveys-of.ts";

const BASE = "/api/v1/surveys";

/** What is for people with a session: who they are, and the routes under `/api/v1/surveys`. */
export const surveysApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  demandSession(app, { ...options, addressOf: callerAddress });
  // Whose it is comes from the session alone: a query with a user is refused, not overwritten.
  const ofUser = (request: FastifyRequest) => surveysOf(options.upstreams.survey, userOf(request), request.id);

  app.route({
    method: "GET",
    url: "/api/v1/me",
    schema: {
      summary: "Tells who is signed in",
      querystring: noQuerySchema,
      response: { 200: { ...verifiedSchema, description: "Who is signed in." }, ...refusalSchemas(401) },
    },
    handler: async (request) => ({ data: userOf(request) }),
  });

  app.route({
    method: "GET",
    url: `${BASE}/list`,
    schema: {
      summary: "Lists the requests, with where they are filled in",
      querystring: noQuerySchema,
      response: { 200: listSchema, ...refusalSchemas(401, 502, 504) },
    },
    handler: (request) => ofUser(request).list(),
  });

  app.route({
    method: "POST",
    url: `${BASE}/new`,
    schema: {
      summary: "Makes a request for a survey",
      querystring: noQuerySchema,
      response: {
        201: { ...requestMadeSchema, description: "The request that was made." },
        ...refusalSchemas(401, 403, 409, 413, 415, 502, 504),
      },
    },
    handler: async (request, reply) => {
      refuseBody(request.body);
      return reply.code(201).send(await ofUser(request).make());
    },
  });

  app.route({
    method: "GET",
    url: `${BASE}/links`,
    schema: {
      summary: "Tells where incomplete requests are filled in",
      querystring: noQuerySchema,
      response: { 200: linksSchema, ...refusalSchemas(401, 502, 504) },
    },
    handler: (request) => ofUser(request).links(),
  });

  app.route({
    method: "GET",
    url: `${BASE}/download`,
    schema: {
      summary: "Gives all answers as a file",
      querystring: downloadQuerySchema,
      response: {
        200: {
          description: "The file.",
          content: { "text/csv": { schema: Type.String() }, "application/json": { schema: dataSchema } },
        },
        ...refusalSchemas(401, 502, 504),
      },
    },
    handler: async (request, reply) => {
      const { format = "csv" } = request.query;
      return sendFile(reply, await ofUser(request).download(format));
    },
  });

  for (const path of ["list", "new", "links", "download"]) refuseOtherMethods(app, `${BASE}/${path}`);
  refuseOtherMethods(app, "/api/v1/me");
};

function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  const given = typeof body === "object" ? Object.entries(body) : [["body", body] as const];
  if (given.length === 0) return;
  const allowed = "no body: whose request it is, the session says";
  throw invalidParameters(given.map(([parameter, got]) => ({ parameter, got: JSON.stringify(got), allowed })));
}

function sendFile(reply: FastifyReply, { text, type, disposition }: AnswersFile): FastifyReply {
  // As bytes: a text of JSON would be sent through the schema of the route's answers.
  return reply.header("Content-Disposition", disposition).type(type).send(Buffer.from(text));
}
