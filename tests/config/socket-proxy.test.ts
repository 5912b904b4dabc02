import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { renderSocketProxy, SOCKET_PROXY_PORT, SOCKET_PROXY_SOCKET } from "../../config/socket-proxy.ts";
import { findTool } from "../../offline/tools.ts";
import { freePort } from "../free-ports.ts";

const ID = "0123456789abcdef".repeat(4);

describe("a real Nginx with these files, before a Docker that says what it was asked", () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-socket-proxy-"));
  const socket = path.join(directory, "docker.sock");
  const docker = createServer((asked, answer) => answer.end(`${asked.method} ${asked.url}`));
  let nginx: ReturnType<typeof spawn>;
  let port = 0;

  const ask = (method: string, where: string): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      // Not `fetch`: it would tidy the path up before it asks.
      const sent = request({ host: "127.0.0.1", port, method, path: where }, (answer) => {
        let body = "";
        answer.on("data", (chunk) => {
          body += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, body }));
      });
      sent.on("error", reject);
      sent.end();
    });

  beforeAll(async () => {
    docker.listen(socket);
    await once(docker, "listening");
    port = await freePort();
    const [file] = renderSocketProxy({ stack: "vigie/dev" });
    const content = (file?.content ?? "")
      .replaceAll("/tmp/", `${directory}/`)
      .replace(SOCKET_PROXY_SOCKET, socket)
      .replace(`listen ${SOCKET_PROXY_PORT}`, `listen 127.0.0.1:${port}`)
      .replace(/\/dev\/std(err|out)/g, `${directory}/log`);
    const config = path.join(directory, "nginx.conf");
    writeFileSync(config, content);
    nginx = spawn(findTool("nginx"), ["-c", config, "-g", "daemon off; user root;"], { stdio: "ignore" });
    await vi.waitFor(async () => expect((await ask("GET", "/_ping")).status).toBe(200), { timeout: 60_000 });
  });
  afterAll(() => {
    nginx?.kill("SIGTERM");
    docker.close();
  });

  it.each([
    ["GET", "/_ping"],
    ["GET", "/v1.41/version"],
    ["GET", `/v1.41/containers/${ID}/json`],
  ])("lets %s %s through, without what else was asked for", async (method, where) => {
    expect(await ask(method, `${where}?size=1`)).toEqual({ status: 200, body: `${method} ${where}` });
  });

  it.each([
    ["the list", "/v1.41/containers/json", { label: ["vigie.edge=vigie/dev"] }],
    ["the events", "/v1.41/events", { type: ["container"], label: ["vigie.edge=vigie/dev"] }],
  ])("narrows %s to the containers that ask for this edge, whatever the caller wants", async (_, where, filters) => {
    const { body } = await ask("GET", `${where}?all=1&filters=%7B%7D`);
    const url = new URL(body.replace("GET ", ""), "http://docker");
    expect([...url.searchParams.keys()]).toEqual(["filters"]);
    expect(JSON.parse(url.searchParams.get("filters") ?? "")).toEqual(filters);
  });

  it.each([
    ["POST", "/v1.41/containers/create"],
    ["POST", `/v1.41/containers/${ID}/stop`],
    ["DELETE", `/v1.41/containers/${ID}`],
    ["POST", "/v1.41/containers/json"],
    ["PUT", `/v1.41/containers/${ID}/json`],
    ["DELETE", "/_ping"],
    ["GET", "/v1.41/containers/vigie-dev-postgres/json"],
    ["GET", `/v1.41/containers/${ID.slice(0, 12)}/json`],
    ["GET", `/v1.41/containers/${ID}/logs`],
    ["GET", `/v1.41/containers/${ID}/archive?path=/run/secrets`],
    ["GET", `/v1.41/containers/${ID}/export`],
    ["GET", `/v1.41/containers/${ID}/json/../archive`],
    ["GET", "/v1.41/containers/json/..%2f..%2finfo"],
    ["GET", "/v1.41/images/json"],
    ["GET", "/v1.41/networks"],
    ["GET", "/v1.41/info"],
    ["GET", "/"],
  ])("fails with 403 for %s %s, and Docker is not asked", async (method, where) => {
    const { status, body } = await ask(method, where);
    expect(status).toBe(403);
    expect(body).not.toContain(`${method} /`);
  });
});

describe("renderSocketProxy", () => {
  it.each(["dev", "vigie/dev;", "vigie/$host", 'a/"b'])("fails with %j, which is no stack", (stack) => {
    expect(() => renderSocketProxy({ stack })).toThrow(/stack: got .*allowed: <project>\/<stack>/);
  });
});
