import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../src/database.ts";
import { prepareDatabase } from "../src/migrate.ts";
import { KeyReused, type OrderStore } from "../src/order.ts";
import { postgresOrders } from "../src/store.ts";
import { type Cluster, newCluster } from "./cluster.ts";

let cluster: Cluster;
let database: Database;
let store: OrderStore;
const registry = new Registry();
const heat = { film_id: 1130, title: "Heat", quantity: 2 };

beforeAll(async () => {
  cluster = await newCluster();
  await cluster.create("store");
  await prepareDatabase(cluster.settings("store"));
  database = openDatabase(cluster.settings("store"), registry);
  store = postgresOrders(database);
});
afterAll(async () => {
  await database.close();
  cluster.remove();
});

test("an order is kept as it was placed, whatever its title", async () => {
  for (const title of ["Heat", "L'été \\ '; DROP TABLE orders;-- $1", "七人の侍", "\ud800 half a sign"]) {
    const { order, replayed } = await store.place({ ...heat, title });
    expect(replayed).toBe(false);
    expect(order).toMatchObject({ film_id: 1130, title: title.replace("\ud800", "\ufffd"), quantity: 2 });
    expect(Math.abs(Date.parse(order.placed_at) - Date.now())).toBeLessThan(60_000);
    expect(await store.find(order.id)).toEqual(order);
  }
  expect(await store.find(2_147_483_647)).toBeUndefined();
});

test("twenty requests at once with one key place one order", async () => {
  const before = (await store.list({ page: 1, per_page: 1 })).total;
  const placed = await Promise.all(Array.from({ length: 20 }, () => store.place(heat, "one-key")));
  expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
  expect(placed.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect((await store.list({ page: 1, per_page: 1 })).total).toBe(before + 1);
});

test("fails on a key of another order, or of another customer's", async () => {
  await store.place(heat, "taken");
  await expect(store.place({ ...heat, quantity: 3 }, "taken")).rejects.toThrow(KeyReused);
  await expect(store.place({ ...heat, customer: "someone-else" }, "taken")).rejects.toThrow(KeyReused);
});

test("lists by pages and by customer, newest first", async () => {
  for (let quantity = 1; quantity <= 5; quantity += 1) await store.place({ ...heat, quantity, customer: "customer-1" });
  const page = await store.list({ page: 2, per_page: 2, customer: "customer-1" });
  expect(page.total).toBe(5);
  expect(page.orders.map((order) => order.quantity)).toEqual([3, 2]);
  expect((await store.list({ page: 1, per_page: 5, customer: "customer-2" })).total).toBe(0);
});

test("a lookup by customer and a page of all orders read an index", async () => {
  const plan = async (statement: string): Promise<string> => {
    const rows = await cluster.execute<Record<string, string>>(`EXPLAIN ${statement}`, "store");
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  await cluster.execute(
    "INSERT INTO orders (film_id, title, quantity, customer, idempotency_key, request_digest) " +
      "SELECT 1, 'x', 1, 'customer-' || n % 1000, 'many-' || n, '' FROM generate_series(1, 20000) AS n",
    "store",
  );
  await cluster.execute("ANALYZE orders", "store");
  expect(await plan("SELECT id FROM orders WHERE customer = 'customer-7' ORDER BY id DESC LIMIT 20")).toContain(
    "orders_customer",
  );
  expect(await plan("SELECT id FROM orders ORDER BY id DESC LIMIT 20")).toContain("orders_pkey");
});

test("metrics tell the pool and the queries", async () => {
  await database.check();
  const text = await registry.metrics();
  expect(text).toContain("db_pool_connections_max 4");
  expect(text).toMatch(/^db_pool_connections\{state="idle"\} [1-4]$/m);
  expect(text).toMatch(/^db_query_duration_seconds_count\{query="check",outcome="ok"\} 1$/m);
});
