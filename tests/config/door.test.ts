import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { DOOR_COMMAND, doorHealthPort, renderDoor } from "../../config/door.ts";
import { findTool } from "../../offline/tools.ts";
import { freePorts } from "../free-ports.ts";

type Answer = { readonly status: number | undefined; readonly body: string; readonly headers: IncomingHttpHeaders };

describe("a real Nginx with these files", () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-door-"));
  const asked: string[] = [];
  const behind = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    // As Alertmanager does: any page may read, and post.
    answer.setHeader("Access-Control-Allow-Origin", "*");
    answer.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
    const { host, authorization = "" } = incoming.headers;
    answer.end(`${incoming.method} ${incoming.url} ${host} ${authorization}`);
  });
  let nginx: ReturnType<typeof spawn>;
  const ports = { page: 0, api: 0, signed: 0 };

  const ask = (
    headers: Record<string, string> = {},
    { method = "GET", where = "/graph?a=b", port = ports.page } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const own = { host: `localhost:${port}`, ...headers };
      const sent = request({ host: "127.0.0.1", port, method, path: where, headers: own, agent: false }, (answer) => {
        let body = "";
        answer.on("data", (chunk) => (body += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode, body, headers: answer.headers }));
      });
      sent.on("error", reject);
      sent.end();
    });
  // Without a Host, as before HTTP 1.1.
  const without = () =>
    new Promise<string>((resolve) => {
      const socket = connect(ports.page, "127.0.0.1", () => socket.write("GET /graph HTTP/1.0\r\n\r\n"));
      socket.on("data", (data) => resolve(String(data)));
    });
  const allow = (text: string) => writeFileSync(path.join(directory, "door-host.conf"), text);

  beforeAll(async () => {
    await new Promise<void>((resolve) => behind.listen(0, "127.0.0.1", resolve));
    const server = `127.0.0.1:${(behind.address() as AddressInfo).port}`;
    const [page = 0, api = 0, signed = 0] = await freePorts(3);
    Object.assign(ports, { page, api, signed });
    const [conf] = renderDoor({
      pages: [
        { port: page, server },
        { port: api, server, api: true },
        { port: signed, server, credentials: "prometheus.conf" },
      ],
      names: ["watch.shop.example"],
    });
    const file = path.join(directory, "nginx.conf");
    writeFileSync(path.join(directory, "prometheus.conf"), 'proxy_set_header Authorization "Basic dmlnaWU6c2VjcmV0";');
    allow("allow 127.0.0.1;");
    writeFileSync(
      file,
      `daemon off;\nuser root;\n${conf?.content ?? ""}`
        .replaceAll("/tmp/", `${directory}/`)
        .replaceAll("/run/secrets/", `${directory}/`)
        .replace("/dev/stdout", `${directory}/access.log`)
        .replace("/dev/stderr", `${directory}/error.log`),
    );
    nginx = spawn(findTool("nginx"), ["-c", file], { stdio: "ignore" });
    await vi.waitUntil(
      () =>
        ask().then(
          () => true,
          () => false,
        ),
      { timeout: 5_000 },
    );
  });
  afterAll(() => {
    nginx.kill("SIGTERM");
    behind.close();
  });

  it("passes on what the machine asks, whole, by each of its names", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "watch.shop.example"]) {
      const answer = await ask({ host: `${host}:9999` });
      expect(answer).toMatchObject({ status: 200, body: `GET /graph?a=b ${host}:9999 ` });
    }
    expect((await ask({}, { method: "POST", where: "/api/v2/silences" })).body).toContain("POST /api/v2/silences");
    expect((await ask({ authorization: "Bearer own" })).body).toContain("Bearer own");
  });

  it("signs in where a program asks for a password, and takes no other from outside", async () => {
    const { body } = await ask({ authorization: "Bearer own" }, { port: ports.signed });
    expect(body).toBe(`GET /graph?a=b localhost:${ports.signed} Basic dmlnaWU6c2VjcmV0`);
  });

  it("answers no other name, which may lead to this machine for a while", async () => {
    for (const host of [
      "evil.example",
      "localhost.evil.example",
      "xlocalhost",
      "127.0.0.1.evil.example",
      "127.0.0.2",
    ]) {
      asked.length = 0;
      expect((await ask({ host })).status, host).toBeOneOf([400, 403]);
      expect(asked).toEqual([]);
    }
    expect(await without()).toMatch(/^HTTP\/1.1 403 /);
  });

  it("answers no page of another origin, whatever it asks", async () => {
    const origins = [
      "https://evil.example",
      "null",
      "http://localhost",
      "http://localhost:1",
      "http://localhost.evil.example",
    ];
    for (const origin of origins) {
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
        asked.length = 0;
        const answer = await ask({ origin, "access-control-request-method": "POST" }, { method });
        expect(answer.status, `${method} from ${origin}`).toBe(403);
        expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
        expect(asked).toEqual([]);
      }
    }
  });

  it("lets a page ask its own server, and says to no other that it may read", async () => {
    const answer = await ask(
      { origin: `http://localhost:${ports.page}`, "sec-fetch-site": "same-origin" },
      { method: "POST" },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.headers).not.toHaveProperty("access-control-allow-methods");
  });

  it("takes no picture, script, frame or form of another page, and follows links", async () => {
    const from = (site: string, mode: string, dest: string) => ({
      "sec-fetch-site": site,
      "sec-fetch-mode": mode,
      "sec-fetch-dest": dest,
    });
    for (const site of ["cross-site", "same-site"]) {
      for (const dest of ["image", "script", "style"])
        expect((await ask(from(site, "no-cors", dest))).status, `${dest} ${site}`).toBe(403);
      expect((await ask(from(site, "navigate", "iframe"))).status).toBe(403);
      expect((await ask(from(site, "navigate", "document"), { method: "POST" })).status).toBe(403);
      expect((await ask(from(site, "navigate", "document"))).status).toBe(200);
      // Nobody reads an API by a link, and some change something by it.
      expect((await ask(from(site, "navigate", "document"), { port: ports.api })).status).toBe(403);
    }
    expect((await ask(from("none", "navigate", "document"))).status).toBe(200);
    expect((await ask(from("same-origin", "cors", "empty"))).status).toBe(200);
  });

  it("answers the host alone, and nobody before it knows which one that is", async () => {
    const again = async (text: string) => {
      allow(text);
      nginx.kill("SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (await ask()).status;
    };
    expect(await again("allow 127.0.0.9;")).toBe(403);
    expect(await again("")).toBe(403);
    expect(await again("allow 127.0.0.1;")).toBe(200);
  });
});

describe("renderDoor", () => {
  it("fails with all that is wrong: a server, a name that is a pattern, a port twice", () => {
    const pages = [
      { port: 9090, server: "prometheus" },
      { port: 9090, server: "other:1" },
    ];
    expect(() => renderDoor({ pages, names: ["*.example", "~.*", "a b"] })).toThrow(
      /pages\[0\]\.server[\s\S]*pages\[1\]\.port[\s\S]*names\[0\][\s\S]*names\[1\][\s\S]*names\[2\]/,
    );
  });

  it("has a port of its own for its health", () => {
    expect(doorHealthPort([{ port: 9090 }])).toBe(8099);
    expect(doorHealthPort([{ port: 8099 }, { port: 8100 }])).toBe(8101);
  });

  it("finds the address of the host by its default route", () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-door-"));
    const [route, found] = ["route", "found"].map((name) => path.join(directory, name));
    const script = (DOOR_COMMAND[2] ?? "")
      .replace("/proc/net/route", `${route}`)
      .replace("/tmp/door-host.conf", `${found}`)
      .replace(/^exec .*$/m, "");
    const foundIn = (table: string) => {
      writeFileSync(`${route}`, table);
      execFileSync("bash", ["-euc", script]);
      return readFileSync(`${found}`, "utf8");
    };
    const head = "Iface\tDestination\tGateway\tFlags\n";
    const table = `${head}eth0\t00000000\t010013AC\t0003\neth0\t000013AC\t00000000\t0001\n`;
    expect(foundIn(table)).toBe("allow 172.19.0.1;\n");
    expect(foundIn(head)).toBe("");
  });
});
