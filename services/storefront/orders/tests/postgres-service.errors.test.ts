import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Cluster, freePort, newCluster } from "./cluster.ts";
import { killAll, start, waitUntil } from "./running.ts";

let cluster: Cluster;

beforeAll(async () => {
  cluster = await newCluster();
});
afterAll(() => cluster.remove());
afterEach(killAll);

test("fails at once with every wrong setting", async () => {
  const wrong = { DATABASE_PORT: "nope", DATABASE_PASSWORD_FILE: "/nowhere", LOG_LEVEL: "loud" };
  const service = await start(cluster, "postgres", wrong);
  expect(await service.ended()).toBe(78);
  const lines = service.logs();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: "error", service: "orders" });
  const problems = lines[0]?.problems as { name: string }[];
  expect(problems.map((problem) => problem.name).sort()).toEqual(Object.keys(wrong).sort());
});

test("fails when the database never comes", async () => {
  const port = String(await freePort());
  const service = await start(cluster, "postgres", { DATABASE_PORT: port, DATABASE_WAIT_SECONDS: "1" });
  expect(await service.ended()).toBe(69);
  expect(service.logs().at(-1)?.message).toContain("no connection to");
});

test("fails on a port that is taken, in one line", async () => {
  const port = cluster.settings("postgres").port;
  const service = await start(cluster, "postgres", { PORT: String(port) });
  expect(await service.ended()).toBe(70);
  expect(service.logs().at(-1)).toMatchObject({ level: "critical" });
  expect(service.logs().at(-1)?.exc_info).toContain("EADDRINUSE");
});

test("a stop while it waits for the database is quick", async () => {
  const service = await start(cluster, "postgres", { DATABASE_PORT: String(await freePort()) });
  await waitUntil(
    () => service.logs().some((line) => String(line.message).startsWith("waiting for the database")),
    "it waits",
  );
  service.process.kill("SIGTERM");
  expect(await service.ended()).toBe(0);
});
