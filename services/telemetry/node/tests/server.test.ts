import { hostname } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Demo, newDemo } from "./demo.ts";
import { captureLines } from "./lines.ts";

let demo: Demo;
let lines: () => Record<string, unknown>[];

beforeEach(() => {
  lines = captureLines();
  demo = newDemo();
});
afterEach(() => vi.restoreAllMocks());

test("requests are counted by route pattern", async () => {
  await demo.ask("/things/1");
  await demo.ask("/things/2?x=1");
  await demo.ask("/things/crash");
  await demo.ask("/wp-login.php");
  await demo.ask("/%zz");
  expect(await demo.count("GET", "/things/:thing", "200")).toBe(2);
  expect(await demo.count("GET", "/things/:thing", "500")).toBe(1);
  expect(await demo.count("GET", "unmatched", "404")).toBe(1);
  expect(await demo.count("GET", "unmatched", "400")).toBe(1);
  expect(await demo.value("http_requests_in_flight")).toBe(0);
});

test("an unknown method is one label value whatever it is called", async () => {
  const server = demo.app.server;
  await demo.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.address() as { port: number };
  await fetch(`http://127.0.0.1:${port}/things/1`, { method: "PROPFIND" });
  await demo.app.close();
  expect(await demo.count("other", "unmatched", "404")).toBe(1);
});

test("operations are not counted", async () => {
  for (const path of ["/metrics", "/health", "/ready"]) expect((await demo.ask(path)).statusCode).toBe(200);
  const { body, headers } = await demo.ask("/metrics");
  const counts = [...body.matchAll(/^http_request_duration_seconds_count\{(.*)\} (.*)$/gm)];
  expect(counts.filter(([, labels = "", count]) => count !== "0" || /metrics|health|ready/.test(labels))).toEqual([]);
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(lines()).toEqual([]);
});

test("the failures of each route begin at 0, and the first one is seen", async () => {
  const failures = async () => {
    const { body } = await demo.ask("/metrics");
    const counts = body.matchAll(
      /^http_request_duration_seconds_count\{method="GET",route="\/things\/:thing",status="(5\d\d)"\} (.*)$/gm,
    );
    return Object.fromEntries([...counts].map(([, status, count]) => [status, Number(count)]));
  };
  expect(await failures()).toEqual({ 500: 0, 503: 0 });
  await demo.ask("/things/crash");
  expect(await failures()).toEqual({ 500: 1, 503: 0 });
  const { body } = await demo.ask("/metrics");
  expect(body).not.toContain('method="HEAD"');
  // What is there to refuse a method does nothing that could fail.
  expect(body).not.toContain('method="PUT"');
});

test("metrics say what runs, and how the process does", async () => {
  const { body } = await demo.ask("/metrics");
  const { node } = process.versions;
  const labels = `service="demo",version="1.2.3",runtime="node",runtime_version="${node}"`;
  expect(body).toContain(`service_build_info{${labels}} 1`);
  expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

test("the buckets are those of the Python services", async () => {
  await demo.ask("/things/1");
  const { body } = await demo.ask("/metrics");
  const answered = body.split("\n").filter((line) => line.includes('status="200"'));
  const bounds = answered.flatMap(
    (line) => /^http_request_duration_seconds_bucket\{le="([^"]+)"/.exec(line)?.[1] ?? [],
  );
  const expected = "0.005 0.01 0.025 0.05 0.1 0.2 0.3 0.5 0.75 1 2.5 5 10 +Inf";
  expect(bounds.join(" ")).toBe(expected);
});

test("a request id is kept if harmless and made if not", async () => {
  const kept = await demo.ask({ url: "/things/1", headers: { "x-request-id": "edge-42.a_b" } });
  expect(kept.headers["x-request-id"]).toBe("edge-42.a_b");
  expect(kept.headers["x-served-by"]).toBe(hostname());
  for (const bad of ["", "a b", "x".repeat(65), "{}", "é"]) {
    const made = await demo.ask({ url: "/things/1", headers: { "x-request-id": bad } });
    expect(made.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("one line a request, without raw input", async () => {
  const headers = { "user-agent": "Jane's phone", "x-request-id": "r1" };
  await demo.ask({ url: "/things/jane@example.org?token=hush", headers });
  const told = lines();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    level: "info",
    message: "GET /things/:thing answered 200",
    request_id: "r1",
    method: "GET",
    route: "/things/:thing",
    status: 200,
  });
  expect(told[0]?.duration_ms).toBeGreaterThanOrEqual(0);
  for (const word of ["jane@", "hush", "phone"]) expect(JSON.stringify(told)).not.toContain(word);
});

test("what a handler logs carries the id of its request, after a body was read too", async () => {
  const { getLogger } = await import("../logs.ts");
  const { app } = newDemo();
  app.post("/log", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    getLogger("x").info("inside");
    return {};
  });
  const ask = (id: string) => app.inject({ method: "POST", url: "/log", payload: {}, headers: { "x-request-id": id } });
  await Promise.all([ask("r1"), ask("r2")]);
  const inside = lines().filter((line) => line.message === "inside");
  expect(inside.map((line) => line.request_id).sort()).toEqual(["r1", "r2"]);
});

test("ready follows the dependency and health does not", async () => {
  expect((await demo.ask("/ready")).json()).toEqual({ status: "ready", checks: { database: "ok" } });
  demo.broken = true;
  for (let time = 0; time < 3; time += 1) {
    const refused = await demo.ask("/ready");
    expect(refused.statusCode).toBe(503);
    expect(refused.headers["retry-after"]).toBe("5");
    expect(refused.json().detail).toBe("Not ready: database can't be reached.");
  }
  expect((await demo.ask("/health")).json()).toEqual({ status: "alive" });
  demo.broken = false;
  expect((await demo.ask("/ready")).statusCode).toBe(200);
  expect(lines().map((line) => line.message)).toEqual([
    "not ready: database doesn't answer: TypeError",
    "ready again: database answers",
  ]);
});

test("a stopping service is alive but not ready", async () => {
  demo.startStopping();
  expect((await demo.ask("/ready")).json().type).toBe("urn:vigie:problem:stopping");
  expect((await demo.ask("/health")).statusCode).toBe(200);
  expect((await demo.ask("/things/1")).statusCode).toBe(200);
});

test("answers may be asked for again, unless the route says otherwise", async () => {
  const { headers } = await demo.ask("/things/1");
  expect([headers["cache-control"], headers["x-content-type-options"]]).toEqual(["no-cache", "nosniff"]);
});

test.each([
  ["127.0.0.1", "203.0.113.7"],
  ["172.18.0.4", "203.0.113.7"],
  ["198.51.100.9", "198.51.100.9"],
  ["8.8.8.8", "8.8.8.8"],
])("who asks from %s, and says that it is for somebody else, is taken for %s", async (remoteAddress, taken) => {
  demo.app.get("/who", (request) => ({ ip: request.ip }));
  const answer = await demo.ask({ url: "/who", remoteAddress, headers: { "x-forwarded-for": "203.0.113.7" } });
  expect(answer.json()).toEqual({ ip: taken });
});

test("a request has half a minute, and a kept connection longer than the edge keeps it", async () => {
  await demo.app.ready();
  const { requestTimeout, keepAliveTimeout } = demo.app.server;
  expect(requestTimeout).toBe(30_000);
  // Traefik's is Go's default of 90 s: who closes first must not be the service.
  expect(keepAliveTimeout).toBe(95_000);
});
