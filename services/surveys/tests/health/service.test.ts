import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { newAuthority } from "./certificates.ts";
import { closeAll, deafPort, startTcp, startTls } from "./servers.ts";

const apiKeysFile = path.join(mkdtempSync(path.join(tmpdir(), "health-")), "keys");
writeFileSync(apiKeysFile, "a-key\n");

const processes: ChildProcess[] = [];

afterEach(async () => {
  for (const one of processes.splice(0)) one.kill("SIGKILL");
  await closeAll();
});

interface Service {
  readonly process: ChildProcess;
  readonly url: string;
  lines(): Record<string, unknown>[];
  ended: Promise<number | null>;
}

async function started(changed: Record<string, string>): Promise<Service> {
  const port = await deafPort();
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: path.join(import.meta.dirname, "../.."),
    env: {
      SURVEYS_SERVICE: "health",
      PORT: String(port),
      API_KEYS_FILE: apiKeysFile,
      SHUTDOWN_DELAY_SECONDS: "0",
      ...changed,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  processes.push(child);
  let written = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (written += data));
  const lines = () =>
    written
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { process: child, url: `http://127.0.0.1:${port}`, lines, ended };
}

const ready = (url: string) =>
  fetch(`${url}/ready`).then(
    ({ status }) => status,
    () => 0,
  );

test("the whole service: hosts from the settings, answers, metrics, lines, and its stop", async () => {
  const authority = newAuthority();
  const [tcp, secure, deaf] = [await startTcp(), await startTls(authority.issue()), await deafPort()];
  const hosts = `127.0.0.1:${tcp.port}, tls://127.0.0.1:${secure.port}, 127.0.0.1:${deaf}`;
  const service = await started({ CHECK_HOSTS: hosts, CHECK_CA_FILE: authority.file, CHECK_SECONDS: "5" });
  await expect.poll(() => ready(service.url)).toBe(200);

  const answer = await fetch(`${service.url}/api/v1/checks`, { headers: { "x-api-key": "a-key" } });
  const { data } = (await answer.json()) as { data: { why: string }[] };
  expect(data.map(({ why }) => why)).toEqual(["", "", "nothing listens there"]);
  expect((await fetch(`${service.url}/api/v1/checks`)).status).toBe(401);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain(`host_check_up{host="127.0.0.1",port="${deaf}",tls="false"} 0`);

  // More than one look, and one line for what is the same in all of them.
  await expect.poll(tcp.connections).toBeGreaterThan(1);
  const told = service.lines().filter(({ logger }) => logger === "health.watch");
  expect(told).toMatchObject([{ level: "warning", port: deaf, why: "nothing listens there" }]);
  service.process.kill("SIGTERM");
  expect(await service.ended).toBe(0);
});

test("its stop doesn't wait for a look that is under way", async () => {
  const silent = await startTcp();
  const service = await started({ CHECK_HOSTS: `tls://127.0.0.1:${silent.port}` });
  await expect.poll(() => ready(service.url)).toBe(200);
  const answer = fetch(`${service.url}/api/v1/checks`, { headers: { "x-api-key": "a-key" } });
  await expect.poll(silent.connections).toBe(1);
  const began = performance.now();
  service.process.kill("SIGTERM");
  expect(await service.ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(4000);
  expect((await answer).status).toBe(503);
});

test("fails with all wrong settings at once", async () => {
  const service = await started({ CHECK_HOSTS: "redis,a:0", CHECK_SECONDS: "1", API_KEYS_FILE: "/nowhere" });
  expect(await service.ended).toBe(78);
  expect(service.lines().at(-1)?.message).toMatch(/^3 settings are wrong\./);
});
