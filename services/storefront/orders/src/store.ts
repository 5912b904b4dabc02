import { createHash, randomUUID } from "node:crypto";
import type { Database } from "./database.ts";
import { KeyReused, type NewOrder, type Order, type OrderStore } from "./order.ts";

interface Row {
  readonly id: string;
  readonly film_id: number;
  readonly title: string;
  readonly quantity: number;
  readonly status: "placed";
  readonly placed_at: Date;
}

const COLUMNS = "id, film_id, title, quantity, status, placed_at";

const PLACE =
  "INSERT INTO orders (film_id, title, quantity, customer, idempotency_key, request_digest) " +
  `VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (idempotency_key) DO NOTHING RETURNING ${COLUMNS}`;
const PLACED = `SELECT ${COLUMNS}, request_digest FROM orders WHERE idempotency_key = $1`;
const FIND = `SELECT ${COLUMNS} FROM orders WHERE id = $1`;

/** The orders in the table that `prepareDatabase` made. */
export function postgresOrders(database: Database): OrderStore {
  return {
    place: async (order, idempotencyKey) => {
      const key = idempotencyKey ?? randomUUID();
      const digest = digestOf(order);
      const values = [order.film_id, order.title, order.quantity, order.customer ?? null, key, digest];
      const [inserted] = await database.query<Row>("place", PLACE, values);
      if (inserted !== undefined) return { order: orderOf(inserted), replayed: false };
      const [earlier] = await database.query<Row & { request_digest: string }>("placed", PLACED, [key]);
      if (earlier === undefined || earlier.request_digest !== digest) {
        throw new KeyReused("The idempotency key belongs to another order.");
      }
      // A key of our own is there only when our first try came through and its answer didn't.
      return { order: orderOf(earlier), replayed: idempotencyKey !== undefined };
    },
    list: async ({ page, per_page, customer }) => {
      const where = customer === undefined ? "true" : "customer = $1";
      const values = customer === undefined ? [] : [customer];
      const limits = `LIMIT $${values.length + 1} OFFSET $${values.length + 2}`;
      const count = `SELECT count(*)::integer AS total FROM orders WHERE ${where}`;
      const list = `SELECT ${COLUMNS} FROM orders WHERE ${where} ORDER BY id DESC ${limits}`;
      // One after the other: while the database is away, only one query at a time asks whether it is back.
      const rows = await database.query<Row>("list", list, [...values, per_page, (page - 1) * per_page]);
      const [counted] = await database.query<{ total: number }>("count", count, values);
      return { orders: rows.map(orderOf), total: counted?.total ?? 0 };
    },
    find: async (id) => {
      const [row] = await database.query<Row>("find", FIND, [id]);
      return row === undefined ? undefined : orderOf(row);
    },
  };
}

function orderOf(row: Row): Order {
  const { id, film_id, title, quantity, status, placed_at } = row;
  return { id: Number(id), film_id, title, quantity, status, placed_at: placed_at.toISOString() };
}

function digestOf(order: NewOrder): string {
  const parts = [order.film_id, order.title, order.quantity, order.customer ?? null];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
