import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { type Client, heat, newClient, problemOf } from "./client.ts";

let client: Client;

beforeEach(async () => {
  client = await newClient();
});

test("fails with every wrong member of an order", async () => {
  const body = problemOf(await client.place({ film_id: 0, title: " ", quantity: "2", customer: "Jane Doe", price: 1 }));
  expect(body).toMatchObject({ status: 400, title: "Bad Request", type: "urn:vigie:problem:invalid-parameters" });
  const errors = body.errors as { parameter: string; got: string; allowed: unknown }[];
  expect(Object.fromEntries(errors.map(({ parameter, got }) => [parameter, got]))).toEqual({
    film_id: "0",
    title: " ",
    quantity: "2",
    customer: "Jane Doe",
    price: "1",
  });
  const allowed = Object.fromEntries(errors.map((error) => [error.parameter, error.allowed]));
  expect(allowed.quantity).toBe("a whole number from 1 to 20");
  expect(allowed.price).toEqual(["film_id", "title", "quantity", "customer"]);
});

test("fails with every missing member of an order", async () => {
  const { errors } = problemOf(await client.place({})) as { errors: { parameter: string; got: unknown }[] };
  expect(errors.map(({ parameter, got }) => [parameter, got])).toEqual([
    ["film_id", null],
    ["title", null],
    ["quantity", null],
  ]);
});

test.each([0, -1, 1.5, 2_147_483_648, 1e300, null, "1", true, [1], {}])("fails on the film %j", async (film_id) => {
  const { errors } = problemOf(await client.place({ ...heat, film_id })) as { errors: object[] };
  expect(errors).toEqual([expect.objectContaining({ parameter: "film_id" })]);
});

test.each([0, 21, 1.5, "2"])("fails on the quantity %j", async (quantity) => {
  const { errors } = problemOf(await client.place({ ...heat, quantity })) as { errors: object[] };
  expect(errors).toEqual([expect.objectContaining({ parameter: "quantity" })]);
});

test.each(["", "  ", "a\u0000b", "a\nb", "x".repeat(201), 7, null])("fails on the title %j", async (title) => {
  const { errors } = problemOf(await client.place({ ...heat, title })) as { errors: object[] };
  expect(errors).toEqual([expect.objectContaining({ parameter: "title", allowed: "1 to 200 printable characters" })]);
});

test.each(["Léon", "WALL·E", "七人の侍", "x".repeat(200), "'; DROP TABLE orders;--"])(
  "takes the title %s",
  async (title) => {
    expect((await client.place({ ...heat, title })).json().title).toBe(title);
  },
);

test.each(["", "a b", "x".repeat(129), "é"])("fails on the idempotency key %j", async (key) => {
  const { errors } = problemOf(await client.place(heat, { "idempotency-key": key })) as { errors: object[] };
  expect(errors).toEqual([expect.objectContaining({ parameter: "idempotency-key" })]);
});

test("fails when a key comes again with another order", async () => {
  await client.place(heat, { "idempotency-key": "k1" });
  const body = problemOf(await client.place({ ...heat, quantity: 3 }, { "idempotency-key": "k1" }));
  expect(body).toMatchObject({ status: 422, type: "urn:vigie:problem:idempotency-key-reused" });
});

test.each(["page=0", "page=100001", "page=x", "per_page=101", "sort=new", "page=1&page=2"])(
  "fails on the parameters %s",
  async (parameters) => {
    const { errors, status } = problemOf(await client.ask(`/api/orders?${parameters}`)) as {
      errors: { parameter: string }[];
      status: number;
    };
    expect([status, errors.map((error) => error.parameter)]).toEqual([400, [parameters.split("=")[0]]]);
  },
);

test("fails on a customer that isn't a random name", async () => {
  const body = problemOf(await client.ask({ url: "/api/orders", headers: { "x-customer": "jane@example.org" } }));
  expect(body.errors).toMatchObject([{ parameter: "x-customer" }]);
});

test.each(["abc", "0", "-1", "2147483648", "1;--", "1.0"])("fails on the id %s", async (id) => {
  expect(problemOf(await client.ask(`/api/orders/${id}`))).toMatchObject({
    status: 400,
    errors: [{ parameter: "id", got: id, allowed: "a whole number from 1 to 2147483647" }],
  });
});

test("fails on an order that isn't there", async () => {
  const body = problemOf(await client.ask("/api/orders/7"));
  expect(body).toMatchObject({ status: 404, detail: "There is no order with the id 7." });
});

test.each(["/api", "/api/orders/", "/api//orders", "/api/orders/1/x", "/.git/config"])(
  "fails on the unknown address %s",
  async (path) => {
    expect(problemOf(await client.ask(path)).status).toBe(404);
  },
);

test.each([
  ["DELETE", "/api/orders", "GET, HEAD, POST"],
  ["PATCH", "/api/orders/1", "GET, HEAD"],
  ["POST", "/api/orders/openapi.json", "GET, HEAD"],
] as const)("fails on %s %s", async (method, url, allow) => {
  const answer = await client.ask({ method, url });
  expect([problemOf(answer).status, answer.headers.allow]).toEqual([405, allow]);
});

test("fails with 503 while the database is away", async () => {
  client.store.unavailable = true;
  for (const answer of [await client.place(heat), await client.ask("/api/orders"), await client.ask("/api/orders/1")]) {
    expect(problemOf(answer)).toMatchObject({ status: 503, type: "urn:vigie:problem:orders-unavailable" });
    expect(answer.headers["retry-after"]).toBe("5");
  }
});

test("fails with 500 and no trace on a defect", async () => {
  client.store.crash = true;
  const answer = await client.ask("/api/orders");
  expect(problemOf(answer).status).toBe(500);
  expect(answer.body).not.toContain("defect");
});

test("fails with 429 on too many requests, but never where the platform asks", async () => {
  client = await newClient({ rateLimitPerMinute: 3 });
  for (let time = 0; time < 3; time += 1) expect((await client.ask("/api/orders")).statusCode).toBe(200);
  const refused = await client.ask("/api/orders");
  expect(problemOf(refused)).toMatchObject({ status: 429, type: "urn:vigie:problem:too-many-requests" });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  for (const path of ["/health", "/ready", "/metrics"]) expect((await client.ask(path)).statusCode).toBe(200);
  const other = await client.ask({ url: "/api/orders", headers: { "x-forwarded-for": "203.0.113.7" } });
  expect(other.statusCode).toBe(200);
});

test("fails with 503 while the process lags behind, but never where the platform asks", async () => {
  client = await newClient({ maxEventLoopDelay: 20 });
  expect((await client.ask("/api/orders")).statusCode).toBe(200);
  const lag = () => {
    for (const until = performance.now() + 1500; performance.now() < until; );
  };
  let refused = await client.ask("/api/orders");
  const asked = async () => {
    lag();
    // It looks once a second how far behind it is, so now.
    await sleep(10);
    refused = await client.ask("/api/orders");
    return refused.statusCode;
  };
  await expect.poll(asked).toBe(503);
  expect(problemOf(refused)).toMatchObject({ status: 503, type: "urn:vigie:problem:overloaded" });
  expect(refused.headers["retry-after"]).toBe("5");
  expect((await client.ask("/health")).statusCode).toBe(200);
});
