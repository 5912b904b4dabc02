import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import underPressure from "@fastify/under-pressure";
import { getLogger, Problem, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { Away } from "./ask.ts";
import { type Described, windowsNow } from "./described.ts";
import { part } from "./part.ts";
import { Remembered } from "./remembered.ts";
import {
  alertsSchema,
  deploymentsSchema,
  graphSchema,
  newMaintenanceSchema,
  newSilenceSchema,
  overviewSchema,
  refusalSchemas,
  requestParams,
  requestSchema,
  requestsSchema,
  serviceParams,
  serviceSchema,
  silencedSchema,
  silenceParams,
} from "./schemas.ts";
import { type Stack, stackOf } from "./stack.ts";
import { deploymentsOf } from "./views/deployments.ts";
import { graphOf } from "./views/graph.ts";
import { overviewOf } from "./views/overview.ts";
import { recentLines, requestOf } from "./views/requests.ts";
import { servicePageOf } from "./views/service.ts";

/** What {@link portalApi} needs. */
export interface PortalApiOptions {
  /** What is shown. */
  readonly described: Described;
  /** Version in the API's description. */
  readonly version: string;
  /** What signs in at Prometheus, as the header `Authorization` has it. @default - it asks nobody */
  readonly authorization?: string;
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work; 0: it refuses none. @default 1000 */
  readonly maxEventLoopDelay?: number;
}

const log = getLogger("portal.api");

/** An answer is shown to whoever asks in this time, in milliseconds. */
const REMEMBERED = 2000;

const PATHS = [
  ...["overview", "services/:name", "deployments", "graph", "requests", "requests/:id", "alerts"],
  ...["silences", "silences/:id", "maintenance", "openapi.json"],
];

/** What the pages ask, under `/api`. No query of a caller's reaches a store. */
export const portalApi: FastifyPluginAsyncTypebox<PortalApiOptions> = async (app, options) => {
  const { described, version, authorization } = options;
  await protect(app, options);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Portal", version, description: "What runs in a stack, and how it does." },
      servers: [{ url: "/" }],
    },
  });
  const remembered = new Remembered(REMEMBERED);
  const stack = (): Stack => stackOf(described.now(), remembered, authorization);

  app.get(
    "/api/overview",
    { schema: { summary: "Every service, and what fires", response: { 200: overviewSchema, ...refusalSchemas() } } },
    () => overviewOf(stack()),
  );
  app.get(
    "/api/services/:name",
    {
      schema: {
        summary: "One service",
        params: serviceParams,
        response: { 200: serviceSchema, ...refusalSchemas(404) },
      },
    },
    async ({ params: { name } }) => {
      const now = stack();
      const service = now.description.services.find((one) => one.name === name);
      if (service === undefined)
        throw new Problem(404, "no-such-service", `There is no service ${name} in this stack.`);
      return servicePageOf(now, service);
    },
  );
  app.get(
    "/api/deployments",
    { schema: { summary: "Versions of the last week", response: { 200: deploymentsSchema, ...refusalSchemas() } } },
    async () => ({
      deployments: await part(deploymentsOf(stack())),
    }),
  );
  app.get(
    "/api/graph",
    { schema: { summary: "Who calls whom", response: { 200: graphSchema, ...refusalSchemas() } } },
    () => graphOf(stack()),
  );
  app.get(
    "/api/requests",
    { schema: { summary: "Requests of the last minutes", response: { 200: requestsSchema, ...refusalSchemas() } } },
    async () => ({
      lines: await part(recentLines(stack())),
    }),
  );
  app.get(
    "/api/requests/:id",
    {
      schema: {
        summary: "Spans and lines of one request",
        params: requestParams,
        response: { 200: requestSchema, ...refusalSchemas() },
      },
    },
    ({ params: { id } }) => requestOf(stack(), id),
  );
  app.get(
    "/api/alerts",
    { schema: { summary: "Alerts, silences, planned work", response: { 200: alertsSchema, ...refusalSchemas() } } },
    () => alertsPageOf(stack()),
  );
  addChanges(app, stack);
  app.get("/api/openapi.json", { schema: { hide: true } }, () => app.swagger());
  for (const path of PATHS) refuseOtherMethods(app, `/api/${path}`);
};

type App = Parameters<typeof portalApi>[0];

async function alertsPageOf(stack: Stack) {
  const { description } = stack;
  const [alerts, silences] = await Promise.all([
    part(stack.alertmanager.alerts()),
    part(stack.alertmanager.silences()),
  ]);
  return {
    maySilence: description.silences && description.asks.alertmanagers.length > 0,
    alerts,
    silences,
    maintenance: windowsNow(description.maintenance),
    services: description.services.map(({ name }) => name),
    known: description.alerts.map((alert) => ({ ...alert })),
  };
}

/** What changes something: silences alone, and only where the description allows them. */
function addChanges(app: App, stack: () => Stack): void {
  const allowed = (): Stack => {
    const now = stack();
    if (!now.description.silences) {
      throw new Problem(
        403,
        "read-only",
        "This portal only reads: silence an alert in Alertmanager, or plan the work in code.",
      );
    }
    return now;
  };
  const silence = async (now: Stack, labels: Readonly<Record<string, string>>, minutes: number, why: string) => {
    const { service } = labels;
    if (!now.description.services.some(({ name }) => name === service)) {
      throw new Problem(422, "no-such-service", `There is no service ${service} in this stack: nothing was silenced.`);
    }
    const from = new Date();
    const to = new Date(from.getTime() + minutes * 60_000);
    const id = await told(now.alertmanager.silence({ labels, from, to, by: "portal", why }));
    log.info("silenced", { silence_id: id, silenced_service: service, minutes });
    return id;
  };
  app.post(
    "/api/silences",
    {
      schema: {
        summary: "Silences an alert of a service",
        body: newSilenceSchema,
        response: { 201: silencedSchema, ...refusalSchemas(403, 413, 415, 422) },
      },
    },
    async ({ body: { alert, service, minutes, why } }, reply) => {
      const labels = { service, ...(alert === undefined ? {} : { alertname: alert }) };
      const id = await silence(allowed(), labels, minutes, why);
      reply.code(201);
      return { ids: [id] };
    },
  );
  app.post(
    "/api/maintenance",
    {
      schema: {
        summary: "Mutes services for work that begins now",
        body: newMaintenanceSchema,
        response: { 201: silencedSchema, ...refusalSchemas(403, 413, 415, 422) },
      },
    },
    async ({ body: { services, minutes, why } }, reply) => {
      const now = allowed();
      const strangers = services.filter((service) => !now.description.services.some(({ name }) => name === service));
      if (strangers.length > 0) {
        throw new Problem(
          422,
          "no-such-service",
          `There is no ${strangers.join(", ")} in this stack: nothing was muted.`,
        );
      }
      const ids: string[] = [];
      for (const service of services) ids.push(await silence(now, { service }, minutes, `maintenance: ${why}`));
      reply.code(201);
      return { ids };
    },
  );
  app.delete(
    "/api/silences/:id",
    {
      schema: {
        summary: "Ends a silence",
        params: silenceParams,
        response: { 204: { description: "It has ended.", type: "null" }, ...refusalSchemas(403) },
      },
    },
    async ({ params: { id } }, reply) => {
      await told(allowed().alertmanager.endSilence(id));
      reply.code(204);
      return null;
    },
  );
}

/** What Alertmanager can't do, in the words of HTTP. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Away)
      throw new Problem(503, "alertmanager-away", `${error.program}: ${error.why}. Nothing was changed.`);
    throw error;
  }
}

async function protect(app: App, { maxEventLoopDelay = 1000 }: PortalApiOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // uPlot places its parts by style properties, which are no inline styles; its style sheet is a file.
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever stands in front knows whether it speaks TLS.
    strictTransportSecurity: false,
  });
  await app.register(underPressure, { maxEventLoopDelay, retryAfter: 5, customError: Overloaded });
}

class Overloaded extends Problem {
  constructor() {
    super(503, "overloaded", "The portal has more to do than it can at the moment. It is asked again by itself.");
  }
}
