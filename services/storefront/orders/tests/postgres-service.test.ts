import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cluster, newCluster } from "./cluster.ts";
import { killAll, type Running, start, startReady, waitUntil } from "./running.ts";

const heat = { film_id: 1130, title: "Heat", quantity: 2 };

let cluster: Cluster;
let database: string;
let count = 0;

beforeAll(async () => {
  cluster = await newCluster();
});
afterAll(() => cluster.remove());
beforeEach(async () => {
  count += 1;
  database = `service_${count}`;
  await cluster.create(database);
});
afterEach(killAll);

async function totalOf(service: Running): Promise<number> {
  const body = (await (await service.ask("/api/orders")).json()) as { total: number };
  return body.total;
}

test("an order that is placed with one instance is listed by another", async () => {
  const [one, other] = await Promise.all([startReady(cluster, database), startReady(cluster, database)]);
  const answer = await one.place(heat);
  expect([answer.status, answer.headers.get("x-served-by")]).toEqual([201, hostname()]);
  const order = await answer.json();
  expect(await (await other.ask("/api/orders")).json()).toMatchObject({ items: [order], total: 1 });
});

test("requests and orders are counted; every line is JSON and tells nobody's input", async () => {
  const service = await startReady(cluster, database);
  for (let time = 0; time < 5; time += 1) {
    await (await service.place({ ...heat, title: "secretword", customer: "customer-of-mine" })).arrayBuffer();
  }
  await service.ask("/api/orders?page=secretword");
  await service.ask("/api/orders", { headers: { "x-customer": "customer-of-mine" } });
  const route = 'http_request_duration_seconds_count{method="POST",route="/api/orders",status="201"}';
  expect(await service.metric(route)).toBe(5);
  expect(await service.metric('orders_placed_total{replayed="false"}')).toBe(5);
  expect(await service.metric("db_pool_connections_max")).toBe(4);
  await waitUntil(async () => (await service.metric("http_requests_in_flight")) === 0, "nothing is in flight");
  const lines = service.logs();
  for (const line of lines) {
    expect(Object.keys(line).slice(0, 5)).toEqual(["time", "level", "message", "service", "logger"]);
    expect(line.service).toBe("orders");
  }
  expect(lines.filter((line) => line.route === "/api/orders").map((line) => line.status)).toEqual([
    201, 201, 201, 201, 201, 400, 200,
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/secretword|customer-of-mine|a password/);
});

test("a placed order is found in the log by its id, with the id of its request", async () => {
  const service = await startReady(cluster, database);
  const headers = { "idempotency-key": "found-in-the-log", "x-request-id": "asked-once" };
  const { id } = (await (await service.place(heat, headers)).json()) as { id: number };
  await (await service.place(heat, { ...headers, "x-request-id": "asked-again" })).arrayBuffer();
  const lines = service.logs().filter(({ order_id }) => order_id === id);
  expect(lines).toMatchObject([
    { level: "info", message: "order placed", service: "orders", request_id: "asked-once", replayed: false },
    { level: "info", message: "order placed", service: "orders", request_id: "asked-again", replayed: true },
  ]);
});

test("a stop is announced and loses no request", async () => {
  // So long that a busy machine sees it as well.
  const service = await startReady(cluster, database, { SHUTDOWN_DELAY_SECONDS: "5" });
  const failures: unknown[] = [];
  let answered = 0;
  let notReady = false;
  const caller = async (): Promise<void> => {
    // As an edge does: kept connections, no new work once the service said that it isn't ready.
    while (!notReady) {
      const status = await service.status("/api/orders");
      if (status === 200) answered += 1;
      else failures.push(status);
    }
  };
  const callers = Array.from({ length: 6 }, caller);
  await sleep(300);
  service.process.kill("SIGTERM");
  await waitUntil(async () => (await service.status("/ready")) === 503, "the service says that it isn't ready");
  expect(await service.status("/health")).toBe(200);
  notReady = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(6);
  expect(await service.ended()).toBe(0);
  expect(service.logs().at(-1)?.message).toBe("stopped");
});

test("an order that is being placed is finished", async () => {
  const service = await startReady(cluster, database, { SHUTDOWN_DELAY_SECONDS: "0" });
  // A lock holds the request for a moment, below the statement timeout.
  const release = await cluster.hold("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", database);
  const placed = service.place(heat);
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'orders' " +
    `AND datname = '${database}'`;
  await waitUntil(async () => (await cluster.execute(waiting)).length === 1, "the order waits in the database");
  service.process.kill("SIGTERM");
  await sleep(300);
  await release();
  expect((await placed).status).toBe(201);
  expect(await service.ended()).toBe(0);
});

test("a database that goes and comes back: refusals meanwhile, no order lost or doubled", async () => {
  const service = await startReady(cluster, database);
  const headers = { "idempotency-key": "across-the-outage" };
  expect((await service.place(heat, headers)).status).toBe(201);
  cluster.stop();
  try {
    const refused = await service.place(heat, headers);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await refused.json()).toMatchObject({ type: "urn:vigie:problem:orders-unavailable" });
    await waitUntil(async () => (await service.status("/ready")) === 503, "the service says that it isn't ready");
    expect(await service.status("/health")).toBe(200);
  } finally {
    cluster.start();
  }
  await waitUntil(async () => (await service.status("/ready")) === 200, "the service is ready again");
  const again = await service.place(heat, headers);
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
  expect(await totalOf(service)).toBe(1);
  const told = service.logs().map((line) => line.message);
  expect(told.filter((message) => String(message).startsWith("the database is away"))).toHaveLength(1);
  expect(told.filter((message) => message === "the database is back")).toHaveLength(1);
});

test("connections that the server ended are replaced without a caller noticing", async () => {
  const service = await startReady(cluster, database);
  await Promise.all(Array.from({ length: 8 }, () => service.status("/api/orders")));
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
  for (let time = 0; time < 5; time += 1) {
    expect((await cluster.execute(end)).length).toBeGreaterThan(0);
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.place(heat)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
  }
  expect(await totalOf(service)).toBe(40);
});

test("a frozen database blocks neither health nor metrics", async () => {
  const service = await startReady(cluster, database);
  await Promise.all(Array.from({ length: 8 }, () => service.status("/api/orders")));
  const pids = `SELECT pid FROM pg_stat_activity WHERE datname = '${database}' AND application_name = 'orders'`;
  const backends = (await cluster.execute<{ pid: number }>(pids)).map((row) => row.pid);
  expect(backends.length).toBeGreaterThan(0);
  for (const pid of backends) process.kill(pid, "SIGSTOP");
  try {
    const answers = Array.from({ length: 40 }, () => service.status("/api/orders/1"));
    expect(await service.status("/health")).toBe(200);
    expect(await service.metric("service_build_info")).toBe(1);
    expect(await Promise.all(answers)).toContain(503);
    await waitUntil(async () => (await service.metric("http_requests_in_flight")) === 0, "nothing is in flight");
  } finally {
    for (const pid of backends) process.kill(pid, "SIGCONT");
  }
  await waitUntil(async () => (await service.status("/ready")) === 200, "the service is ready again");
  expect((await service.place(heat)).status).toBe(201);
});

test("killed while it starts, the next start is sound", async () => {
  for (const delay of [150, 300, 450, 600]) {
    const killed = await start(cluster, database);
    await sleep(delay);
    killed.process.kill("SIGKILL");
    await killed.ended();
  }
  const service = await startReady(cluster, database);
  expect((await service.place(heat)).status).toBe(201);
});
