import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Counter, type Registry } from "prom-client";
import { getLogger, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { type OWN_PROCESS, requireApiKey } from "../between/api-key.ts";
import {
  dataQuerySchema,
  linksSchema,
  newRequestSchema,
  ofUserSchema,
  requestMadeSchema,
  requestsSchema,
} from "../between/contract.ts";
import { protect } from "../between/protect.ts";
import { RETRY_AFTER_SECONDS, told } from "./refusals.ts";
import type { SurveyRequests } from "./requests.ts";
import { answersSchema, refusalSchemas } from "./schemas.ts";

/** What {@link surveyApi} needs. */
export interface SurveyApiOptions {
  /** The requests that it is about. */
  readonly requests: SurveyRequests;
  /** The most incomplete requests of one user. */
  readonly incompleteMax: number;
  /** Seconds until a lock is free that was left. */
  readonly leaseSeconds: number;
  /** Path of the file with the keys of other services; or only its own process asks it. */
  readonly apiKeysFile: string | typeof OWN_PROCESS;
  /** Version in the API's description. */
  readonly version: string;
  /** Where its counters go. */
  readonly registry: Registry;
}

const BASE = "/api/v1/surveys";

const log = getLogger("survey.api");

/** The routes under `/api/v1/surveys`. All but its description are for other services, with a key. */
export const surveyApi: FastifyPluginAsyncTypebox<SurveyApiOptions> = async (app, options) => {
  await protect(app, { retryAfterSeconds: Number(RETRY_AFTER_SECONDS) });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Surveys", version: options.version, description: "Requests for surveys, kept in REDCap." },
      servers: [{ url: "/" }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-API-Key" } } },
      security: [{ key: [] }],
    },
  });
  await app.register(routes, options);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, `${BASE}/openapi.json`);
};

const routes: FastifyPluginAsyncTypebox<SurveyApiOptions> = async (app, options) => {
  const { requests, registry, incompleteMax, leaseSeconds } = options;
  const answered = <T>(answer: Promise<T>): Promise<T> => told(answer, incompleteMax, leaseSeconds);
  requireApiKey(app, options.apiKeysFile, registry);
  const made = new Counter({
    name: "survey_requests_made_total",
    help: "Requests for a survey that were made.",
    registers: [registry],
  });

  app.route({
    method: "POST",
    url: `${BASE}/requests`,
    schema: {
      summary: "Makes a request for a survey, where the user has not too many incomplete ones",
      body: newRequestSchema,
      response: { 201: requestMadeSchema, ...refusalSchemas(400, 409, 413, 415, 502) },
    },
    handler: async (request, reply) => {
      const { userId, email } = request.body;
      const data = await answered(requests.make(userId, email));
      made.inc();
      log.info("survey request made", { survey_request_id: data.id });
      return reply.code(201).send({ data });
    },
  });

  app.route({
    method: "GET",
    url: `${BASE}/requests`,
    schema: {
      summary: "Lists the requests of a user, newest first; some seconds old at most",
      querystring: ofUserSchema,
      response: { 200: requestsSchema, ...refusalSchemas(400, 502) },
    },
    handler: async (request) => ({ data: await answered(requests.list(request.query.userId)) }),
  });

  app.route({
    method: "GET",
    url: `${BASE}/links`,
    schema: {
      summary: "Tells where the incomplete requests of a user are filled in",
      querystring: ofUserSchema,
      response: { 200: linksSchema, ...refusalSchemas(400, 502) },
    },
    handler: async (request, reply) => {
      const data = await answered(requests.links(request.query.userId));
      // Who has such an address may fill in the form.
      return reply.header("Cache-Control", "no-store").send({ data });
    },
  });

  app.route({
    method: "GET",
    url: `${BASE}/data`,
    schema: {
      summary: "Gives the answers of a user, as JSON or as CSV",
      querystring: dataQuerySchema,
      response: { 200: answersSchema, ...refusalSchemas(400, 502) },
    },
    handler: async (request, reply) => {
      const { userId, format = "json" } = request.query;
      reply.header("Cache-Control", "no-store");
      if (format === "json") return reply.send({ data: await answered(requests.answers(userId)) });
      const csv = await answered(requests.answersAsCsv(userId));
      reply.header("Content-Disposition", 'attachment; filename="surveys.csv"');
      return reply.type("text/csv; charset=utf-8").send(csv);
    },
  });

  for (const path of ["requests", "links", "data"]) refuseOtherMethods(app, `${BASE}/${path}`);
};
