import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { type Client, heat, newClient } from "./client.ts";

let client: Client;

beforeEach(async () => {
  client = await newClient();
});

test("places an order and shows it", async () => {
  const answer = await client.place(heat);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ id: 1, ...heat, status: "placed", placed_at: "1970-01-01T00:00:00.000Z" });
  expect(answer.headers.location).toBe("/api/orders/1");
  expect(answer.headers["idempotency-replayed"]).toBe("false");
  expect(answer.headers["x-served-by"]).toBe(hostname());
  expect((await client.ask("/api/orders/1")).json()).toEqual(answer.json());
});

test("the same request with the same key places one order", async () => {
  const headers = { "idempotency-key": "1f0c-1" };
  const first = await client.place(heat, headers);
  const second = await client.place(heat, headers);
  expect([second.statusCode, second.json()]).toEqual([201, first.json()]);
  expect(second.headers["idempotency-replayed"]).toBe("true");
  expect((await client.ask("/api/orders")).json().total).toBe(1);
  const metrics = await client.metrics();
  expect(metrics).toContain('orders_placed_total{replayed="false"} 1');
  expect(metrics).toContain('orders_placed_total{replayed="true"} 1');
});

test("lists orders newest first, by pages", async () => {
  for (let quantity = 1; quantity <= 5; quantity += 1) await client.place({ ...heat, quantity });
  const body = (await client.ask("/api/orders?page=2&per_page=2")).json();
  expect(body).toMatchObject({ page: 2, per_page: 2, pages: 3, total: 5 });
  expect(body.items.map((order: { quantity: number }) => order.quantity)).toEqual([3, 2]);
  expect((await client.ask("/api/orders?page=99")).json().items).toEqual([]);
});

test("a customer finds its own orders, and no answer tells a customer", async () => {
  const [mine, yours] = ["0b6c2f3e-mine", "0b6c2f3e-yours"];
  const placed = await client.place({ ...heat, customer: mine });
  await client.place({ ...heat, customer: yours });
  const answer = await client.ask({ url: "/api/orders", headers: { "x-customer": mine } });
  expect(answer.json()).toMatchObject({ total: 1, items: [{ id: 1 }] });
  expect(answer.headers.vary).toContain("X-Customer");
  const all = await client.ask("/api/orders");
  expect(all.json().total).toBe(2);
  for (const { body } of [placed, answer, all]) expect(body).not.toMatch(/mine|yours/);
});

test("answers carry the headers of a careful service", async () => {
  const { headers } = await client.ask("/api/orders");
  expect(headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["x-powered-by"]).toBeUndefined();
  expect(headers["x-ratelimit-limit"]).toBe("1000");
});

test("the API's description names every address and describes every answer", async () => {
  const answer = await client.ask("/api/orders/openapi.json");
  const { openapi, paths } = answer.json() as {
    openapi: string;
    paths: Record<string, Record<string, { responses: Record<string, { description: string; content: object }> }>>;
  };
  expect(openapi).toBe("3.1.0");
  const described = Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => [
      `${method} ${address}`,
      Object.keys(responses).join(" "),
    ]),
  );
  expect(Object.fromEntries(described)).toEqual({
    "post /api/orders": "201 400 413 415 422 429 500 503",
    "get /api/orders": "200 400 429 500 503",
    "get /api/orders/{id}": "200 400 404 429 500 503",
  });
  for (const methods of Object.values(paths)) {
    for (const { responses } of Object.values(methods)) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        expect(description).not.toMatch(/^$|Default Response/);
        const type = status < "400" ? "application/json" : "application/problem+json";
        expect(Object.keys(content)).toEqual([type]);
      }
    }
  }
});

test("the shared instrumentation's packages are installed at its own versions", () => {
  const read = (file: string): { dependencies: Record<string, string> } =>
    JSON.parse(readFileSync(path.join(import.meta.dirname, file), "utf8"));
  const shared = read("../../../telemetry/node/package.json").dependencies;
  expect(read("../package.json").dependencies).toMatchObject(shared);
});
