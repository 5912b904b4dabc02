import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { invalidParameters, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { dataSchema, linksSchema, requestMadeSchema, requestsSchema, verifiedSchema } from "../between/contract.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { callerAddress } from "./caller-address.ts";
import { jsonOf } from "./json.ts";
import { downloadQuerySchema, listSchema, noQuerySchema, refusalSchemas } from "./schemas.ts";
import { demandSession, userOf } from "./signed-in.ts";
import { problemOfForm } from "./upstream-problems.ts";

const BASE = "/api/v1/surveys";

const made = Compile(requestMadeSchema);
const requests = Compile(requestsSchema);
const links = Compile(linksSchema);
const answers = Compile(dataSchema);

/** What is for people with a session: who they are, and the routes under `/api/v1/surveys`. */
export const surveysApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  const { survey } = options.upstreams;
  demandSession(app, { ...options, addressOf: callerAddress });
  // Whose it is comes from the session alone: a query with a user is refused, not overwritten.
  const ofUser = (request: FastifyRequest, path: string) => ({
    path: `${BASE}/${path}`,
    query: { userId: userOf(request).userId },
    user: userOf(request),
    requestId: request.id,
  });

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
    handler: async (request) => {
      const [{ data: all }, { data: found }] = await Promise.all([
        survey.askJson(ofUser(request, "requests"), requests),
        survey.askJson(ofUser(request, "links"), links),
      ]);
      const urls = new Map(found.map(({ id, url }) => [id, url]));
      const withUrl = (url: string | undefined) => (url === undefined ? {} : { url });
      return { data: all.map((one) => ({ ...one, ...withUrl(urls.get(one.id)) })) };
    },
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
      const user = userOf(request);
      const { userId, email } = user;
      const asked = { method: "POST", path: `${BASE}/requests`, user, requestId: request.id } as const;
      return reply.code(201).send(await survey.askJson({ ...asked, body: { userId, email } }, made));
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
    handler: async (request) => survey.askJson(ofUser(request, "links"), links),
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
      const asked = ofUser(request, "data");
      const answer = await survey.ask({ ...asked, query: { ...asked.query, format } });
      const isCsv = answer.headers.get("content-type")?.startsWith("text/csv") ?? false;
      if (format === "csv") {
        if (!isCsv) throw problemOfForm("survey");
        return asFile(reply, "csv").type("text/csv; charset=utf-8").send(answer.text);
      }
      if (!answers.Check(jsonOf(answer.text))) throw problemOfForm("survey");
      return asFile(reply, "json").type("application/json; charset=utf-8").send(Buffer.from(answer.text));
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

function asFile(reply: FastifyReply, extension: string): FastifyReply {
  const day = new Date().toISOString().slice(0, 10);
  return reply.header("Content-Disposition", `attachment; filename="surveys-${day}.${extension}"`);
}
