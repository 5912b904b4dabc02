import type { ServerOptions as TlsOptions } from "node:https";
import { hostname } from "node:os";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { whenAnswered } from "./answered.ts";
import { fastifyLogger } from "./fastify-logger.ts";
import { getLogger } from "./logs.ts";
import { createHttpMetrics, type HttpMetrics, methodLabel, UNMATCHED } from "./metrics.ts";
import { isOperation } from "./operations.ts";
import { Problem } from "./problems.ts";
import { problemOf, refuseRawRequest, sendProblem } from "./refusals.ts";
import { acceptedRequestId } from "./request-id.ts";
import { logAnswered } from "./request-line.ts";
import { beginServerSpan, beginStepSpan, endServerSpan, keptTraceId, type ServerSpan } from "./server-span.ts";
import { recordFailure } from "./tracing.ts";
import { validatorCompiler } from "./validation.ts";
import { doAsPartOf } from "./work.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The request's span, where it is traced. */
    serverSpan: ServerSpan | undefined;
  }
}

/** Settings of {@link newServer}. */
export interface ServerOptions {
  /** Name of the service, as its metrics and logs say it. */
  readonly service: string;
  /** Version of the service. */
  readonly version: string;
  /** What `/ready` asks, by name: each gives one dependency's sign of life fast, or throws. @default {} */
  readonly checks?: Readonly<Record<string, () => Promise<unknown>>>;
  /** Largest body of a request, in bytes. @default 16384 */
  readonly bodyLimit?: number;
  /** By which TLS it is spoken to. @default - none: plain HTTP */
  readonly https?: TlsOptions;
  /**
   * Another server of this process, of whose work this one does a part: it is asked by `inject` alone, and never listens.
   * Its metrics go on that one's page. Its requests are steps of that one's: they are spans, and neither counted nor logged
   * as requests.
   *
   * @default - none
   */
  readonly partOf?: InstrumentedServer;
}

/** A fastify application with everything that the platform expects of a service. */
export interface InstrumentedServer {
  /** Name of the service. */
  readonly service: string;
  /** Version of the service. */
  readonly version: string;
  /** The application, to which the service adds its routes. */
  readonly app: FastifyInstance;
  /** What `/metrics` answers; the service adds metrics of its own to its registry. */
  readonly metrics: HttpMetrics;
  /** Makes `/ready` refuse from now on, and each answer the last one of its connection. */
  startStopping(): void;
}

/** Creates an application with metrics, logs, request ids, problem bodies, `/metrics`, `/health` and `/ready`. */
export function newServer(options: ServerOptions): InstrumentedServer {
  const { partOf } = options;
  const metrics = partOf?.metrics ?? createHttpMetrics(options.service, options.version);
  const instance = hostname();
  const bodyLimit = options.bodyLimit ?? 16_384;
  let stopping = false;

  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.header("X-Request-ID", request.id).header("X-Served-By", instance);
    // A handler may say otherwise of what it answers.
    reply.header("Cache-Control", "no-cache").header("X-Content-Type-Options", "nosniff");
    // For what writes its answer itself: there the hook that says it of all others isn't called.
    if (stopping) reply.header("Connection", "close");
    // Asked every few seconds by the platform: counted, they would hide what users see.
    if (isOperation(request.url)) return;
    if (partOf === undefined) watch(metrics, request, reply);
    else follow(request, reply);
  };

  const app: FastifyInstance = fastify({
    ...(options.https === undefined ? {} : { https: options.https as object }),
    loggerInstance: fastifyLogger("fastify"),
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    genReqId: (request) => acceptedRequestId(request.headers["x-request-id"]),
    // The edge stands in one of the host's own networks, and says whom it speaks for.
    trustProxy: "loopback, linklocal, uniquelocal",
    bodyLimit,
    requestTimeout: 30_000,
    // Longer than an edge keeps an idle connection (Go's default: 90 s), so that the edge closes first.
    keepAliveTimeout: 95_000,
    // Kept connections get their last answer, which says that it is the last, and no refusal.
    return503OnClosing: false,
    clientErrorHandler: refuseRawRequest,
    frameworkErrors: (error, request, reply) => {
      begin(request, reply);
      sendProblem(reply, problemOf(error, bodyLimit));
    },
  });
  app.decorateRequest("serverSpan", undefined);
  app.removeContentTypeParser("text/plain");
  app.setValidatorCompiler(validatorCompiler);

  app.addHook("onRequest", (request, reply, done) => {
    begin(request, reply);
    // The router takes "/things/" for a thing without a name.
    const isEmptyPart = Object.values(request.params ?? {}).includes("");
    inContextOf(request, () => done(isEmptyPart ? nothingHere() : undefined));
  });
  app.addHook("onSend", (_request, reply, payload, done) => {
    // A kept connection would hold the end up until its caller lets go of it.
    if (stopping) reply.header("Connection", "close");
    done(null, payload);
  });
  app.setErrorHandler((error, request, reply) =>
    inContextOf(request, () => {
      const problem = problemOf(error, bodyLimit);
      if (problem.status >= 500 && request.serverSpan !== undefined) recordFailure(request.serverSpan.span, error);
      return sendProblem(reply, problem);
    }),
  );
  app.setNotFoundHandler(() => {
    throw nothingHere();
  });

  app.addHook("onRoute", ({ method, url, config }) => {
    if (partOf !== undefined || isOperation(url) || config?.onlyRefuses === true) return;
    // HEAD comes with each GET, and nobody is told of it.
    for (const one of [method].flat().filter((word) => word !== "HEAD")) metrics.expect(one, url);
  });
  addOperations(app, metrics, options.checks ?? {}, () => stopping);
  return {
    service: options.service,
    version: options.version,
    app,
    metrics,
    startStopping: () => {
      stopping = true;
    },
  };
}

// What is done there is logged with the request's ids.
function inContextOf<T>(request: FastifyRequest, work: () => T): T {
  return doAsPartOf({ requestId: request.id, trace: request.serverSpan }, work);
}

function nothingHere(): Problem {
  return new Problem(404, null, "There is nothing at this address.");
}

function watch(metrics: HttpMetrics, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.routeOptions.url ?? UNMATCHED;
  const traced = beginServerSpan(request, methodLabel(request.method), route);
  request.serverSpan = traced;
  metrics.began();
  whenAnswered(reply.raw, (status, seconds) => {
    const method = request.method.slice(0, 20);
    const span = traced?.span.spanContext();
    metrics.ended(method, route, status, seconds, keptTraceId(span));
    logAnswered({ id: request.id, span, method, route, status, seconds });
    if (traced !== undefined) endServerSpan(traced, status);
  });
}

// A step of another request of this process.
function follow(request: FastifyRequest, reply: FastifyReply): void {
  const span = beginStepSpan(methodLabel(request.method), request.routeOptions.url ?? UNMATCHED);
  request.serverSpan = span;
  if (span !== undefined) whenAnswered(reply.raw, (status) => endServerSpan(span, status));
}

function addOperations(
  app: FastifyInstance,
  metrics: HttpMetrics,
  checks: NonNullable<ServerOptions["checks"]>,
  isStopping: () => boolean,
): void {
  const log = getLogger("vigie.health");
  const failing = new Set<string>();

  app.get("/metrics", { schema: { hide: true } }, async (request, reply) => {
    const { body, contentType } = await metrics.exposition(request.headers.accept);
    return reply.type(contentType).send(body);
  });
  app.get("/health", { schema: { hide: true } }, () => ({ status: "alive" }));
  app.get("/ready", { schema: { hide: true } }, async () => {
    if (isStopping()) throw new Problem(503, "stopping", "The service is stopping and takes no new work.");
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check();
        if (failing.delete(name)) log.info(`ready again: ${name} answers`);
      } catch (error) {
        const kind = error instanceof Error ? error.name : typeof error;
        if (!failing.has(name)) log.warning(`not ready: ${name} doesn't answer: ${kind}`);
        failing.add(name);
      }
    }
    if (failing.size > 0) {
      const detail = `Not ready: ${[...failing].sort().join(", ")} can't be reached.`;
      throw new Problem(503, "not-ready", detail, { headers: { "Retry-After": "5" } });
    }
    return { status: "ready", checks: Object.fromEntries(Object.keys(checks).map((name) => [name, "ok"])) };
  });
}
