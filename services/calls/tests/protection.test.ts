import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { clientOf, endAll, ended, failing, hanging, resetting, servers, slow, well } from "./servers.ts";

afterEach(endAll);

const OFF = { breaker: { percent: 0 }, outliers: { failures: 0 } };
const atOnce = (count: number, work: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, work));
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

test("a replica that fails is left out, and back when it is well again", async () => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = resetting;
  const client = clientOf([bad, good], { outliers: { failures: 3, ejectionMs: 300 } });
  const ejected = () => client.metric("service_call_replica_ejected", `replica="${new URL(bad.url).host}"`);
  for (let time = 0; time < 40; time += 1) expect(await ended(client)).toBe(200);
  expect(bad.count).toBe(3);
  expect(await ejected()).toBe(1);
  expect(await client.metric("service_call_ejections_total")).toBe(1);
  bad.answer = well;
  await sleep(320);
  for (let time = 0; time < 40; time += 1) expect(await ended(client)).toBe(200);
  expect(await ejected()).toBe(0);
  expect(bad.count).toBeGreaterThan(10);
});

test("one that comes back unwell costs one try, which nobody notices, and is out for longer", async () => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = resetting;
  const client = clientOf([bad, good], { outliers: { failures: 1, ejectionMs: 200 } });
  const until = performance.now() + 1500;
  while (performance.now() < until) {
    expect(await ended(client)).toBe(200);
    await sleep(5);
  }
  // Out for 200, 400, 600 and 800 ms.
  expect(await client.metric("service_call_ejections_total")).toBe(bad.count);
  expect(bad.count).toBeGreaterThanOrEqual(3);
  expect(bad.count).toBeLessThanOrEqual(4);
});

test("a single replica is never left out", async () => {
  const [only] = await servers(1);
  if (only === undefined) throw new Error("no server");
  only.answer = failing;
  const client = clientOf([only], { breaker: { percent: 0 }, outliers: { failures: 1 } });
  for (let time = 0; time < 10; time += 1) expect(await ended(client)).toBe(500);
  expect(only.count).toBe(10);
});

test("a storm of failures makes no more retries than the budget: 20 percent, and one a second", async () => {
  const both = await servers(2);
  for (const one of both) one.answer = resetting;
  const client = clientOf(both, OFF);
  for (let round = 0; round < 50; round += 1) await atOnce(20, () => ended(client));
  const arrived = sum(both.map(({ count }) => count));
  const retries = await client.metric("service_call_retries_total");
  console.info(`1000 requests, ${arrived} tries, ${retries} retries`);
  expect(arrived).toBe(1000 + retries);
  // Those of ten seconds: the whole storm takes less.
  expect(retries).toBeGreaterThanOrEqual(195);
  expect(retries).toBeLessThanOrEqual(210);
  expect(await client.metric("service_call_retry_budget_exhausted_total")).toBe(1000 - retries);
});

test("the breaker opens, refuses at once, lets one through, and closes when that is answered", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = failing;
  const client = clientOf([server], { breaker: { least: 10, openMs: 300 }, retries: { tries: 1 } });
  for (let time = 0; time < 10; time += 1) expect(await ended(client)).toBe(500);
  expect(await client.metric("service_call_breaker_open")).toBe(1);
  const before = performance.now();
  expect(new Set(await atOnce(50, () => ended(client)))).toEqual(new Set(["open"]));
  expect(performance.now() - before).toBeLessThan(200);
  expect(server.count).toBe(10);

  // Still unwell: one of all shows it, and it stays open.
  await sleep(320);
  expect((await atOnce(20, () => ended(client))).filter((end) => end === 500)).toHaveLength(1);
  expect(server.count).toBe(11);
  expect(await client.metric("service_call_breaker_open")).toBe(1);

  server.answer = well;
  await sleep(320);
  expect(await ended(client)).toBe(200);
  expect(await client.metric("service_call_breaker_open")).toBe(0);
  expect(await client.metric("service_calls_total", 'outcome="open"')).toBe(50 + 19);
});

test("below its least number, and below its percentage, the breaker stays closed", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  let turn = 0;
  server.answer = (response, request) => {
    turn += 1;
    (turn % 3 === 0 ? failing : well)(response, request);
  };
  const client = clientOf([server], { breaker: { least: 10, percent: 50 } });
  const ends = [];
  for (let time = 0; time < 60; time += 1) ends.push(await ended(client));
  expect(ends.filter((end) => end === 500)).toHaveLength(20);
  server.answer = failing;
  const rare = clientOf([server], { breaker: { least: 10 } });
  for (let time = 0; time < 9; time += 1) expect(await ended(rare)).toBe(500);
  expect(await rare.metric("service_call_breaker_open")).toBe(0);
});

test.each([
  [100, 1],
  [50, 2],
])("at its percentage the breaker opens: %i percent, where one of %i is well", async (percent, of) => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  let turn = 0;
  server.answer = (response, request) => {
    turn += 1;
    (of > 1 && turn % of === 0 ? well : failing)(response, request);
  };
  const client = clientOf([server], { breaker: { least: 10, percent }, outliers: { failures: 0 } });
  for (let time = 0; time < 12; time += 1) await ended(client);
  expect(await client.metric("service_call_breaker_open")).toBe(1);
});

test("one bad replica opens no breaker where another one answers", async () => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = resetting;
  const client = clientOf([bad, good], {
    ...{ breaker: { least: 5, percent: 10 }, outliers: { failures: 0 } },
    balancing: "in-turn",
  });
  for (let time = 0; time < 20; time += 1) await ended(client);
  expect(await client.metric("service_call_tries_total", 'outcome="broken"')).toBe(10);
  expect(await client.metric("service_call_breaker_open")).toBe(0);
});

test("who waits too long for an answer in time is refused, and the others are answered", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = (response) => void setTimeout(() => response.end(), 50);
  const client = clientOf([server], { timeoutMs: 600, concurrency: { most: 1, waiting: 128 } });
  const ends: (number | string)[] = [];
  // Twice what can be done, for as long as it takes to fill the queue twice.
  for (let time = 0; time < 60; time += 1) {
    void ended(client).then((end) => ends.push(end));
    await sleep(25);
  }
  await vi.waitFor(() => expect(ends).toHaveLength(60), { timeout: 5000 });
  expect(ends.filter((end) => end === 200).length).toBeGreaterThan(20);
  expect(ends.filter((end) => end === "timeout")).toEqual([]);
  expect(ends.filter((end) => end === "overloaded").length).toBeGreaterThan(0);
  expect(await client.metric("service_call_breaker_open")).toBe(0);
});

test("beyond the limit requests wait in order, beyond the queue they are refused at once", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  let now = 0;
  let most = 0;
  server.answer = (response) => {
    now += 1;
    most = Math.max(most, now);
    setTimeout(() => {
      now -= 1;
      response.end();
    }, 50);
  };
  const client = clientOf([server], { concurrency: { most: 4, waiting: 8 } });
  const all = atOnce(20, () => ended(client));
  await sleep(25);
  expect(await client.metric("service_calls_in_flight")).toBe(4);
  expect(await client.metric("service_calls_waiting")).toBe(8);
  const ends = await all;
  expect(ends.filter((end) => end === 200)).toHaveLength(12);
  expect(ends.filter((end) => end === "overloaded")).toHaveLength(8);
  expect(most).toBe(4);
  expect(await client.metric("service_calls_total", 'outcome="overloaded"')).toBe(8);
  expect(await client.metric("service_calls_in_flight")).toBe(0);
});

test("nobody waits in the queue for longer than the request's own time", async () => {
  const [server] = await servers(1);
  if (server === undefined) throw new Error("no server");
  server.answer = slow(1000);
  const client = clientOf([server], { concurrency: { most: 1, waiting: 5 } });
  const first = ended(client);
  const began = performance.now();
  expect(await ended(client, { path: "/", timeoutMs: 100 })).toBe("overloaded");
  expect(performance.now() - began).toBeLessThan(500);
  expect(await first).toBe(200);
});

test("a replica that hangs gets few requests, even before it is left out", async () => {
  const [bad, good] = await servers(2);
  if (bad === undefined || good === undefined) throw new Error("no servers");
  bad.answer = hanging;
  // How many retries there may be is another matter.
  const budget = { percent: 100, perMinute: 600 };
  const client = clientOf([bad, good], { ...OFF, timeoutMs: 2000, retries: { tryTimeoutMs: 500, budget } });
  const ends = [];
  for (let round = 0; round < 20; round += 1) ends.push(...(await atOnce(1, () => ended(client))));
  const requests = atOnce(100, async () => {
    await sleep(Math.random() * 400);
    return ended(client);
  });
  expect(new Set([...ends, ...(await requests)])).toEqual(new Set([200]));
  // Least requests: it has its few that hang, and the other one none.
  expect(bad.count).toBeLessThan(40);
});

test("load is spread over replicas, and less of it goes to a slow one", async () => {
  const all = await servers(3);
  const [slowOne, ...quick] = all;
  if (slowOne === undefined) throw new Error("no server");
  const answered = clientOf(all);
  await atOnce(300, () => ended(answered));
  for (const { count } of all) expect(count).toBeGreaterThan(60);
  for (const one of all) Object.assign(one, { count: 0, answer: slow(one === slowOne ? 200 : 10) });
  const client = clientOf(all);
  const worker = async () => {
    for (let time = 0; time < 10; time += 1) await ended(client);
  };
  await atOnce(12, worker);
  console.info(`one of three takes 200 ms, two 10 ms: ${all.map(({ count }) => count).join(", ")}`);
  for (const { count } of quick) expect(count).toBeGreaterThan(2 * slowOne.count);
});
