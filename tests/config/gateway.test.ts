import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KeyPair, makeCertificates } from "../../config/certificates.ts";
import { GATEWAY_PORTS, GATEWAY_SERVER_NAME, renderGateway } from "../../config/gateway.ts";
import { LINK_FILES } from "../../config/link.ts";
import { findTool } from "../../offline/tools.ts";
import { freePorts } from "../free-ports.ts";

const make = (secret: string, now = new Date()) =>
  makeCertificates({ secret, stack: "vigie/test", serverName: GATEWAY_SERVER_NAME, clients: ["web"], now });
const made = make("a".repeat(48));
const client = made.clients.web as KeyPair;

describe("a real Nginx with these files", () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-gateway-"));
  const behind = createServer((asked, answer) => {
    let size = 0;
    asked.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    asked.on("end", () => answer.end(`${asked.method} ${asked.url} ${size}`));
  });
  let nginx: ReturnType<typeof spawn>;
  const ports = { link: 0, status: 0, nobody: 0 };

  const ask = (
    method: string,
    where: string,
    shown: KeyPair | null = client,
    body = "",
  ): Promise<{ status: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: ports.link,
          method,
          path: where,
          ca: made.authority,
          servername: GATEWAY_SERVER_NAME,
          agent: false,
          ...(shown === null ? {} : { cert: shown.certificate, key: shown.privateKey }),
        },
        (answer) => {
          let text = "";
          answer.on("data", (chunk) => {
            text += chunk;
          });
          answer.on("end", () => resolve({ status: answer.statusCode, body: text }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });

  beforeAll(async () => {
    behind.listen(0, "127.0.0.1");
    await once(behind, "listening");
    [ports.link = 0, ports.status = 0] = await freePorts(2);
    const server = `127.0.0.1:${(behind.address() as AddressInfo).port}`;
    const routes = [
      { path: "/api/v1/write", server },
      { path: "/otlp/v1/logs", server: "127.0.0.1:1" },
    ];
    const content = (renderGateway(routes)[0]?.content ?? "")
      .replaceAll("/tmp/", `${directory}/`)
      .replaceAll("/run/secrets/", `${directory}/`)
      .replace(`listen ${GATEWAY_PORTS.link}`, `listen 127.0.0.1:${ports.link}`)
      .replace(`listen ${GATEWAY_PORTS.status}`, `listen 127.0.0.1:${ports.status}`)
      .replace(/\/dev\/std(err|out)/g, `${directory}/log`);
    const { authority, server: shown } = made;
    for (const [file, text] of [
      ["nginx.conf", content],
      [LINK_FILES.authority, authority],
      [LINK_FILES.certificate, shown.certificate],
      [LINK_FILES.key, shown.privateKey],
    ] as const) {
      writeFileSync(path.join(directory, file), text);
    }
    const config = path.join(directory, "nginx.conf");
    nginx = spawn(findTool("nginx"), ["-c", config, "-g", "daemon off; user root;"], { stdio: "inherit" });
    await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${ports.status}/health`)).status).toBe(200), {
      timeout: 60_000,
    });
  });
  afterAll(() => {
    nginx?.kill("SIGTERM");
    behind.close();
  });

  it("passes on what is posted to a path of its own, whole", async () => {
    const body = "x".repeat(2_000_000);
    expect(await ask("POST", "/api/v1/write", client, body)).toEqual({
      status: 200,
      body: "POST /api/v1/write 2000000",
    });
  });

  it.each([
    ["GET", "/api/v1/write"],
    ["PUT", "/api/v1/write"],
    ["POST", "/api/v1/query"],
    ["POST", "/api/v1/write/"],
    ["POST", "/otlp/../api/v1/query"],
    ["GET", "/"],
    ["POST", "/-/reload"],
    ["GET", "/loki/api/v1/query"],
  ])("refuses %s %s", async (method, where) => {
    expect((await ask(method, where)).status).toBe(403);
  });

  it("says later, not never, while the server is away", async () => {
    expect((await ask("POST", "/otlp/v1/logs")).status).toBe(502);
  });

  it.each<[string, KeyPair | null]>([
    ["no certificate", null],
    ["that of another stack", make("b".repeat(48)).clients.web as KeyPair],
    ["one that has ended", make("a".repeat(48), new Date("2024-01-01")).clients.web as KeyPair],
    ["one that is for servers", made.server],
  ])("says later to who shows %s, and passes nothing on", async (_, shown) => {
    const { status, body } = await ask("POST", "/api/v1/write", shown, "x");
    expect(status).toBe(503);
    expect(body).not.toContain("POST");
  });

  it("fails without TLS, and with an old one", async () => {
    const plain = await fetch(`http://127.0.0.1:${ports.link}/api/v1/write`, { method: "POST" });
    expect(plain.status).toBe(400);
    const socket = connect({
      port: ports.link,
      host: "127.0.0.1",
      ca: made.authority,
      servername: GATEWAY_SERVER_NAME,
      maxVersion: "TLSv1.1",
      minVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toMatch(/protocol|version/i);
  });
});

describe("renderGateway", () => {
  it("fails with a path that is none, one twice, and a server that is none", () => {
    const route = { path: "/api/v1/write", server: "prometheus:9090" };
    expect(() => renderGateway([route, route, { path: "/a b;", server: "nowhere" }])).toThrow(
      /routes\[1\]\.path: got "\/api\/v1\/write"[\s\S]*routes\[2\]\.server: got "nowhere"[\s\S]*routes\[2\]\.path/,
    );
  });
});
