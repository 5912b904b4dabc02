import { Agent, type AgentOptions } from "node:http";
import { afterEach, expect, test } from "vitest";
import { busy, clientOf, cutting, endAll, ended, failing, hanging, resetting, servers, slow, well } from "./servers.ts";

afterEach(endAll);

const OFF = { breaker: { percent: 0 }, outliers: { failures: 0 } };
const times = async (count: number, work: () => Promise<unknown>) => {
  const results: unknown[] = [];
  for (let time = 0; time < count; time += 1) results.push(await work());
  return results;
};

test("an answer is given whole, whatever its status, with its headers", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  const client = clientOf([server]);
  server.answer = (response, request) => {
    response.writeHead(404, { "x-more": ["1", "2"] }).end(`${request.method} ${request.url} grün ✓`);
  };
  const { status, headers, text } = await client.ask({ method: "DELETE", path: "/a?b=c" });
  expect([status, headers.get("x-more"), text]).toEqual([404, "1, 2", "DELETE /a?b=c grün ✓"]);
  expect(await client.metric("service_calls_total", 'outcome="refused"')).toBe(1);
});

test("a body, headers and the id of the request arrive", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = (response, request) => response.end(JSON.stringify(request.headers));
  const sent = { method: "POST", path: "/", headers: { "x-api-key": "k" }, body: "grün", requestId: "r-1" };
  const got = JSON.parse((await clientOf([server]).ask(sent)).text) as Record<string, string>;
  expect(got).toMatchObject({ "x-api-key": "k", "x-request-id": "r-1", "content-length": "5" });
});

test.each([
  ["its connections break without an answer", resetting, 200],
  ["its answers break off", cutting, 200],
  ["it says 503 with Retry-After", busy, 200],
  ["it hangs", hanging, 200],
])("what is only read is tried again on another replica when %s", async (_, answer, status) => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = answer;
  const client = clientOf([bad, good], { ...OFF, balancing: "in-turn", retries: { tryTimeoutMs: 100 } });
  expect(new Set(await times(10, () => ended(client)))).toEqual(new Set([status]));
  expect(bad.count).toBeGreaterThan(2);
  expect(await client.metric("service_call_retries_total")).toBe(bad.count);
});

test.each([
  ["resets", resetting, "broken"],
  ["cuts", cutting, "broken"],
  ["says 503", busy, 503],
  ["hangs", hanging, "timeout"],
])("fails: a POST arrives once, where a replica %s", async (_, answer, result) => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = answer;
  good.answer = answer;
  const client = clientOf([bad, good], { ...OFF, timeoutMs: 200, retries: { tryTimeoutMs: 50 } });
  expect(await ended(client, { method: "POST", path: "/" })).toBe(result);
  expect(bad.count + good.count).toBe(1);
});

test("a POST is tried again where no connection came about: nothing of it has arrived", async () => {
  const [gone, good] = await servers(2);
  if (gone === undefined || good === undefined) throw new Error("no servers");
  const client = clientOf([gone, good], { ...OFF, balancing: "in-turn" });
  await gone.close();
  expect(new Set(await times(10, () => ended(client, { method: "POST", path: "/" })))).toEqual(new Set([200]));
  expect(good.count).toBe(10);
  expect(await client.metric("service_call_retries_total", 'reason="unreachable"')).toBe(5);
});

test("fails: its 500 is an answer, and is not tried again", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = failing;
  const client = clientOf([server]);
  expect(await ended(client)).toBe(500);
  expect(server.count).toBe(1);
  expect(await client.metric("service_calls_total", 'outcome="failed"')).toBe(1);
});

test("fails: what is slow isn't tried again where there is no other replica", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = slow(250);
  expect(await ended(clientOf([server], { retries: { tryTimeoutMs: 100 } }))).toBe(200);
  server.answer = hanging;
  expect(await ended(clientOf([server], { timeoutMs: 150, retries: { tryTimeoutMs: 100 } }))).toBe("timeout");
  expect(server.count).toBe(2);
});

test("the time is for all tries together", async () => {
  const both = await servers(2);
  for (const one of both) one.answer = hanging;
  const client = clientOf(both, { ...OFF, timeoutMs: 400, retries: { tries: 5, tryTimeoutMs: 150 } });
  const began = performance.now();
  expect(await ended(client)).toBe("timeout");
  const took = performance.now() - began;
  expect(took).toBeGreaterThanOrEqual(390);
  expect(took).toBeLessThan(700);
  // One for 150 ms, and the other replica gets the rest.
  expect(both.map(({ count }) => count)).toEqual([1, 1]);
});

test("a request has its own time where it says so", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = hanging;
  const began = performance.now();
  expect(await ended(clientOf([server]), { path: "/", timeoutMs: 100 })).toBe("timeout");
  expect(performance.now() - began).toBeLessThan(1000);
});

test("a connection that isn't made in time is none, and the next replica is asked soon, whatever the method", async () => {
  const [good] = await servers(1);
  if (good === undefined) throw new Error("no server");
  // As with Docker's resolver, the name of a container that was stopped is no name for a long time.
  const agent = new Agent({ lookup: () => {} } as AgentOptions);
  const client = clientOf(["http://stopped.test:3001", good], { ...OFF, balancing: "in-turn", connectMs: 100 }, agent);
  const began = performance.now();
  expect(await times(4, () => ended(client, { method: "POST", path: "/" }))).toEqual([200, 200, 200, 200]);
  expect(performance.now() - began).toBeLessThan(2000);
  expect(await client.metric("service_call_tries_total", 'outcome="unreachable"')).toBe(2);
});

test("fails: an answer of more than 4 MiB is not read to its end, and nothing is left out for it", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = (response) => response.end("x".repeat(5 * 1024 * 1024));
  const client = clientOf([server], { outliers: { failures: 1, percent: 100 }, breaker: { least: 1, percent: 1 } });
  expect(await times(3, () => ended(client))).toEqual(["too-large", "too-large", "too-large"]);
  expect(await client.metric("service_call_replica_ejected")).toBe(0);
  expect(await client.metric("service_call_breaker_open")).toBe(0);
});

test("connections are kept", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  const ports = new Set<unknown>();
  server.answer = (response, request) => {
    ports.add(request.socket.remotePort);
    well(response, request);
  };
  const client = clientOf([server]);
  await times(20, () => ended(client));
  expect(ports.size).toBe(1);
});
