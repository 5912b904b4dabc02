import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import underPressure from "@fastify/under-pressure";
import { Counter, type Registry } from "prom-client";
import { getLogger, Problem, refuseOtherMethods, refuseWhileBehind } from "../../../telemetry/node/index.ts";
import { KeyReused, type OrderStore, StoreUnavailable } from "./order.ts";
import {
  listHeadersSchema,
  newOrderSchema,
  orderPageSchema,
  orderPathSchema,
  orderQuerySchema,
  orderSchema,
  placeHeadersSchema,
  refusalSchemas,
} from "./schemas.ts";

/** What {@link ordersApi} needs. */
export interface OrdersApiOptions {
  /** Where orders are kept and found. */
  readonly store: OrderStore;
  /** Version in the API's description. */
  readonly version: string;
  /** Requests that one address may send in a minute. */
  readonly rateLimitPerMinute: number;
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work. @default 1000 */
  readonly maxEventLoopDelay?: number;
  /** Where its counters go. */
  readonly registry: Registry;
}

const log = getLogger("orders.api");

const BASE = "/api/orders";
const RETRY_AFTER_SECONDS = "5";
const DEFAULT_PER_PAGE = 20;

/** The routes under `/api/orders`, answered from a store. */
export const ordersApi: FastifyPluginAsyncTypebox<OrdersApiOptions> = async (app, options) => {
  await protect(app, options);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Orders", version: options.version, description: "Places and lists orders of films." },
      servers: [{ url: "/" }],
    },
  });
  const placed = new Counter({
    name: "orders_placed_total",
    help: "Orders, by whether the same request had placed them before.",
    labelNames: ["replayed"],
    registers: [options.registry],
  });
  placed.labels("false").inc(0);
  placed.labels("true").inc(0);
  const { store } = options;

  app.route({
    method: "POST",
    url: BASE,
    schema: {
      summary: "Places an order, once for each idempotency key",
      body: newOrderSchema,
      headers: placeHeadersSchema,
      response: { 201: orderSchema, ...refusalSchemas(400, 413, 415, 422) },
    },
    handler: async (request, reply) => {
      const { order, replayed } = await told(store.place(request.body, request.headers["idempotency-key"]));
      placed.labels(String(replayed)).inc();
      // Found by the order's id: what is known of an order leads to its request, and from there to all of its lines.
      log.info("order placed", { request_id: request.id, order_id: order.id, replayed });
      reply.code(201).headers({ Location: `${BASE}/${order.id}`, "Idempotency-Replayed": String(replayed) });
      return order;
    },
  });

  app.route({
    method: "GET",
    url: BASE,
    schema: {
      summary: "Lists orders, newest first; with X-Customer only that customer's",
      querystring: orderQuerySchema,
      headers: listHeadersSchema,
      response: { 200: orderPageSchema, ...refusalSchemas(400) },
    },
    handler: async (request, reply) => {
      const { page = 1, per_page = DEFAULT_PER_PAGE } = request.query;
      const customer = request.headers["x-customer"];
      const { orders, total } = await told(store.list({ page, per_page, ...(customer !== undefined && { customer }) }));
      reply.header("Vary", "X-Customer");
      return { items: [...orders], page, per_page, pages: Math.ceil(total / per_page), total };
    },
  });

  app.route({
    method: "GET",
    url: `${BASE}/:id`,
    schema: {
      summary: "Shows one order",
      params: orderPathSchema,
      response: { 200: orderSchema, ...refusalSchemas(400, 404) },
    },
    handler: async (request) => {
      const { id } = request.params;
      const order = await told(store.find(id));
      if (order === undefined) throw new Problem(404, "order-not-found", `There is no order with the id ${id}.`);
      return order;
    },
  });

  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  for (const path of [BASE, `${BASE}/:id`, `${BASE}/openapi.json`]) refuseOtherMethods(app, path);
};

type App = Parameters<typeof ordersApi>[0];

async function protect(app: App, options: OrdersApiOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Only the edge knows whether it speaks TLS.
    strictTransportSecurity: false,
  });
  await app.register(rateLimit, {
    max: options.rateLimitPerMinute,
    timeWindow: "1 minute",
    errorResponseBuilder: (_request, { max, after }) =>
      new Problem(429, "too-many-requests", `At most ${max} requests a minute from one address. Wait ${after}.`),
  });
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelay ?? 1000,
    pressureHandler: refuseWhileBehind(app, { retryAfterSeconds: Number(RETRY_AFTER_SECONDS) }),
  });
}

// What a store throws, in the words of HTTP.
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StoreUnavailable) {
      throw new Problem(503, "orders-unavailable", error.message, { headers: { "Retry-After": RETRY_AFTER_SECONDS } });
    }
    if (error instanceof KeyReused) {
      const detail = "This Idempotency-Key belongs to another order. Send a new key with each new order.";
      throw new Problem(422, "idempotency-key-reused", detail);
    }
    throw error;
  }
}
