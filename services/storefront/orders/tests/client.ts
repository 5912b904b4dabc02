import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { expect } from "vitest";
import { newServer } from "../../../telemetry/node/index.ts";
import { type OrdersApiOptions, ordersApi } from "../src/api.ts";
import { type OrdersInMemory, ordersInMemory } from "./stand-in.ts";

/** The API over a stand-in. */
export interface Client {
  /** The stand-in: a test makes it fail by it. */
  readonly store: OrdersInMemory;
  /** Sends a request: a path for a GET, or everything. */
  ask(request: string | InjectOptions): Promise<LightMyRequestResponse>;
  /** Posts an order. */
  place(payload: object, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** What a scraper would read. */
  metrics(): Promise<string>;
}

/** An order that is allowed: two copies of Heat. */
export const heat = { film_id: 1130, title: "Heat", quantity: 2 };

/** The API over a new stand-in, with no order; up to 1000 requests a minute. */
export async function newClient(changed: Partial<OrdersApiOptions> = {}): Promise<Client> {
  const store = ordersInMemory();
  const { app, metrics } = newServer({ service: "orders", version: "test" });
  const { registry } = metrics;
  await app.register(ordersApi, { store, version: "test", rateLimitPerMinute: 1000, registry, ...changed });
  return {
    store,
    ask: (request) => app.inject(request),
    place: (payload, headers = {}) => app.inject({ method: "POST", url: "/api/orders", payload, headers }),
    metrics: () => registry.metrics(),
  };
}

/** The body of a refusal, after checks that all refusals must pass. */
export function problemOf(answer: LightMyRequestResponse): Record<string, unknown> {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const body = answer.json() as Record<string, unknown>;
  expect(body.status).toBe(answer.statusCode);
  expect(body.request_id).toBe(answer.headers["x-request-id"]);
  return body;
}
