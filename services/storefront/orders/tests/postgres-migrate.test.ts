import { afterAll, beforeAll, expect, test } from "vitest";
import { StartFailure } from "../../../telemetry/node/index.ts";
import { prepareDatabase } from "../src/migrate.ts";
import { type Cluster, freePort, newCluster } from "./cluster.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await newCluster();
});
afterAll(() => cluster.remove());

const applied = "SELECT version, xmin::text FROM schema_migrations ORDER BY version";

test("prepares once, and again without a change", async () => {
  await cluster.create("twice");
  await prepareDatabase(cluster.settings("twice"));
  const before = await cluster.execute<{ version: string }>(applied, "twice");
  await prepareDatabase(cluster.settings("twice"));
  expect(before.map((row) => row.version)).toEqual(["0001_orders"]);
  expect(await cluster.execute(applied, "twice")).toEqual(before);
});

test("several at once do it once", async () => {
  await cluster.create("several");
  await Promise.all(Array.from({ length: 6 }, () => prepareDatabase(cluster.settings("several"))));
  expect(await cluster.execute(applied, "several")).toHaveLength(1);
});

test("works as a role that owns its database and nothing else", async () => {
  await cluster.execute("CREATE ROLE shop LOGIN PASSWORD 'a password with '' and \\'");
  await cluster.execute("CREATE DATABASE owned OWNER shop");
  await prepareDatabase({ ...cluster.settings("owned"), user: "shop" });
  const owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'";
  expect(await cluster.execute(owner, "owned")).toEqual([{ tableowner: "shop" }]);
});

test("fails, and changes nothing, when a migration can't be applied", async () => {
  await cluster.create("occupied");
  await cluster.execute("CREATE TABLE orders (id integer)", "occupied");
  await expect(prepareDatabase(cluster.settings("occupied"))).rejects.toThrow(StartFailure);
  const tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
  expect(await cluster.execute(tables, "occupied")).toEqual([{ tablename: "orders" }]);
});

test("fails with what to check when the database never comes", async () => {
  const settings = { ...cluster.settings("x"), port: await freePort(), waitSeconds: 1 };
  await expect(prepareDatabase(settings)).rejects.toThrow(
    /^no connection to 127\.0\.0\.1:\d+\/x as orders within 1 s: connect ECONNREFUSED .*DATABASE_WAIT_SECONDS/,
  );
});
