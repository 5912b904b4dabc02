import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import type { HostCheck } from "../../src/between/contract.ts";
import type { Host } from "../../src/health/hosts.ts";
import { createHostMetrics } from "../../src/health/metrics.ts";
import { rootsFrom } from "../../src/health/roots.ts";
import { AT_A_TIME, type Watch, type WatchOptions, watchHosts } from "../../src/health/watch.ts";
import { newAuthority } from "./certificates.ts";
import { closeAll, deafPort, startTcp, startTls } from "./servers.ts";

const authority = newAuthority();
const watches: Watch[] = [];

afterEach(async () => {
  await Promise.all(watches.splice(0).map((watch) => watch.close()));
  await closeAll();
});

interface Watched extends Watch {
  /** The value of the metric's line that starts so. */
  metric(lineStart: string): Promise<number | undefined>;
}

function watched(hosts: readonly Host[], changed: Partial<WatchOptions> = {}): Watched {
  const registry = new Registry();
  const metrics = createHostMetrics(registry);
  const watch = watchHosts({ hosts, seconds: 0.2, roots: rootsFrom(authority.file), metrics, ...changed });
  watches.push(watch);
  const metric = async (lineStart: string): Promise<number | undefined> => {
    const line = (await registry.metrics()).split("\n").find((one) => one.startsWith(lineStart));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
  };
  return { ...watch, metric };
}

const local = (port: number, tls = false): Host => ({ host: "127.0.0.1", port, tls });
const whys = (checks: readonly HostCheck[]): string[] => checks.map(({ why }) => why);

test("an empty list is answered with nothing", async () => {
  expect(await watched([]).current()).toEqual([]);
});

test("the first answer waits for the first look at all, and has them in their order", async () => {
  const [good, silent, secure] = [await startTcp(), await startTcp(), await startTls(authority.issue())];
  const hosts = [local(silent.port, true), local(good.port), local(await deafPort()), local(secure.port, true)];
  const checks = await watched(hosts, { seconds: 60, timeoutMs: 500 }).current();
  expect(checks.map(({ port }) => port)).toEqual(hosts.map(({ port }) => port));
  expect(whys(checks)).toEqual(["no answer in 0.5 s", "", "nothing listens there", ""]);
});

test("answers come from the last look: asking looks at nothing", async () => {
  const server = await startTcp();
  const watch = watched([local(server.port)], { seconds: 60 });
  for (let time = 0; time < 50; time += 1) await watch.current();
  await sleep(100);
  expect(server.connections()).toBe(1);
});

test("it looks again and again, and sees what changed", async () => {
  const server = await startTcp();
  const watch = watched([local(server.port)]);
  expect(whys(await watch.current())).toEqual([""]);
  await expect.poll(server.connections).toBeGreaterThan(2);
  await server.close();
  await expect.poll(async () => whys(await watch.current())).toEqual(["nothing listens there"]);
});

test("it looks at no more than ten at a time, and at so many", async () => {
  const { port } = await startTcp("0.0.0.0");
  // By another name each, they are not the same.
  const hosts = Array.from({ length: 25 }, (_, index): Host => ({ host: `127.0.0.${index + 1}`, port, tls: true }));
  const began = performance.now();
  expect(await watched(hosts, { seconds: 60, timeoutMs: 300 }).current()).toHaveLength(25);
  const turns = (performance.now() - began) / 300;
  expect(turns).toBeGreaterThan(25 / AT_A_TIME);
  expect(turns).toBeLessThan(25);
});

test("metrics tell the last look, and count all", async () => {
  const secure = await startTls(authority.issue());
  const deaf = await deafPort();
  const watch = watched([local(secure.port, true), local(deaf)], { seconds: 60 });
  expect(await watch.metric('host_checks_total{outcome="silent"}')).toBe(0);
  await watch.current();
  const labels = (port: number, tls: boolean) => `{host="127.0.0.1",port="${port}",tls="${tls}"}`;
  const [up, down] = [labels(secure.port, true), labels(deaf, false)];
  expect(await watch.metric(`host_check_up${up}`)).toBe(1);
  expect(await watch.metric(`host_check_up${down}`)).toBe(0);
  expect(await watch.metric(`host_check_duration_seconds${up}`)).toBeGreaterThan(0);
  const expiry = "host_check_certificate_expiry_timestamp_seconds";
  expect(await watch.metric(`${expiry}${up}`)).toBe(Date.parse("2045-02-03T04:05:06Z") / 1000);
  expect(await watch.metric(`${expiry}${down}`)).toBeUndefined();
  expect(await watch.metric('host_checks_total{outcome="ok"}')).toBe(1);
  expect(await watch.metric('host_checks_total{outcome="refused"}')).toBe(1);
});

test("the end of a certificate stays known while its host is away", async () => {
  const server = await startTls(authority.issue());
  const watch = watched([local(server.port, true)]);
  await watch.current();
  await server.close();
  await expect.poll(() => watch.metric("host_check_up{")).toBe(0);
  expect(await watch.metric("host_check_certificate_expiry_timestamp_seconds{")).toBeGreaterThan(0);
});

test("a look that breaks is told of its host alone, and ends nothing", async () => {
  const server = await startTcp();
  // No connection is even tried to such a port: Node throws.
  const watch = watched([local(70_000), local(server.port)]);
  expect(whys(await watch.current())).toEqual(["the look at it broke", ""]);
  await expect.poll(server.connections).toBeGreaterThan(2);
  expect(await watch.metric('host_check_up{host="127.0.0.1",port="70000"')).toBe(0);
});

test("where no look can begin at all, nobody waits for the first one, and it begins when it can", async () => {
  const server = await startTcp();
  let broken = true;
  const roots = () => {
    if (broken) throw new Error("no roots");
    return rootsFrom(authority.file)();
  };
  const watch = watched([local(server.port)], { roots });
  await expect(watch.current()).rejects.toMatchObject({ status: 503, kind: "no-look" });
  broken = false;
  await expect.poll(() => watch.current().then(whys, () => [])).toEqual([""]);
});

test("its end is at once, counts no look, and leaves nobody waiting", async () => {
  const silent = await startTcp();
  const watch = watched([local(silent.port, true)], { timeoutMs: 60_000 });
  const waiting = watch.current();
  await expect.poll(silent.connections).toBe(1);
  const refused = expect(waiting).rejects.toMatchObject({ status: 503 });
  await watch.close();
  await refused;
  expect(await watch.metric('host_checks_total{outcome="other"}')).toBe(0);
  await sleep(500);
  expect(silent.connections()).toBe(1);
});
