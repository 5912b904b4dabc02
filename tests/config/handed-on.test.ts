import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { renderNginxSite } from "../../config/nginx.ts";
import { renderTraefikArguments, renderTraefikBase, renderTraefikRoute, TRAEFIK_PORTS } from "../../config/traefik.ts";
import { findTool } from "../../offline/tools.ts";
import { freePorts } from "../free-ports.ts";
import { type RunningNginx, runningNginx } from "./running-nginx.ts";

/** What the service behind was asked. */
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
}

/** What a visitor got. */
interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Who brings a trace that goes on: here, the visitor. */
const callers = { trustedTraceContext: ["127.0.0.0/8"] };

/** Spans are made and go nowhere: what is looked at is what the service is told. */
const spans = { name: "edge", collector: "127.0.0.1", environment: "test" };

/** A real Traefik, a real Nginx that hands on, and a service that says what it was asked. */
describe("requests that Nginx hands on through Traefik", () => {
  const asked: Asked[] = [];
  const service = createServer((message, response) => {
    let bytes = 0;
    message.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    message.on("end", () => {
      const { method, url, headers } = message;
      if (url !== "/ready") asked.push({ method, url, headers, bytes });
      response.writeHead(url === "/api/teapot" ? 418 : 200, { "x-served-by": "service" }).end(`service ${url}`);
    });
  });
  let nginx: RunningNginx;
  let traefik: ChildProcess;
  let ports: Readonly<Record<keyof typeof TRAEFIK_PORTS, number>>;

  const visit = (where: string, more: { headers?: object; method?: string; body?: Buffer; port?: number } = {}) =>
    new Promise<Got>((resolve, reject) => {
      const { method = "GET", headers = {}, body, port = ports.web } = more;
      const sent = request(
        { host: "127.0.0.1", port, path: where, method, headers: { ...headers }, agent: false },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
        },
      );
      sent.on("error", reject).end(body);
    });

  beforeAll(async () => {
    await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
    const free = await freePorts(Object.keys(TRAEFIK_PORTS).length);
    ports = Object.fromEntries(Object.keys(TRAEFIK_PORTS).map((name, index) => [name, free[index]])) as typeof ports;
    const [site] = renderNginxSite({}, { paths: ["/api"], to: `127.0.0.1:${ports.inner}` });
    nginx = await runningNginx(site?.content ?? "", "/usr/share/nginx/html", ["index.html", "apiary"]);
    const servers = [`127.0.0.1:${(service.address() as AddressInfo).port}`];
    const files = [
      ...renderTraefikBase({ callers }),
      ...renderTraefikRoute(
        { name: "api", pathPrefix: "/api", servers, readyPath: "/ready", through: "pages", bodyLimit: "4MiB" },
        { callers },
      ),
      ...renderTraefikRoute(
        { name: "pages", pathPrefix: "/", servers: [new URL(nginx.url).host], readyPath: "/", bodyLimit: false },
        { callers },
      ),
    ];
    const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-handed-on-"));
    for (const file of files) writeFileSync(path.join(directory, file.path), file.content);
    const words = renderTraefikArguments({ callers, spans }).map((argument) =>
      argument
        .replace(/^--providers\.file\.directory=.*/, `--providers.file.directory=${directory}`)
        .replace(
          /^(--entrypoints\.(\w+)\.address)=.*/,
          (_, option, name: keyof typeof TRAEFIK_PORTS) => `${option}=127.0.0.1:${ports[name]}`,
        ),
    );
    traefik = spawn(findTool("traefik"), words, { stdio: "ignore" });
    const answers = () =>
      visit("/api/begin").then(
        ({ status }) => status === 200,
        () => false,
      );
    await vi.waitUntil(answers, { timeout: 20_000, interval: 100 });
  }, 40_000);

  afterAll(() => {
    traefik?.kill("SIGKILL");
    nginx?.stop();
    service.close();
  });

  const last = (): Asked | undefined => asked.at(-1);

  it("reach the service by way of both, with their query, and pages are Nginx's", async () => {
    expect(await visit("/api/films?query=star%20wars")).toMatchObject({
      status: 200,
      body: "service /api/films?query=star%20wars",
      headers: { "x-served-by": "service" },
    });
    expect((await visit("/")).body).toBe("index.html");
    expect((await visit("/api")).body).toBe("service /api");
    // Neighbours that only begin alike are pages.
    expect((await visit("/apiary")).body).toBe("apiary");
    expect((await visit("/apis")).status).toBe(404);
  });

  it("say for whom they are: the visitor's address, host name and scheme, and none that the visitor made up", async () => {
    await visit("/api/who", {
      headers: {
        host: "shop.example:8000",
        "x-forwarded-for": "9.9.9.9",
        "x-real-ip": "9.9.9.9",
        "x-forwarded-proto": "https",
      },
    });
    expect(last()?.headers).toMatchObject({
      host: "shop.example:8000",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "shop.example:8000",
      "x-forwarded-proto": "http",
      "x-real-ip": "127.0.0.1",
    });
  });

  it("keep the trace and the id of the request", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    await visit("/api/trace", { headers: { traceparent, "x-request-id": "a-request" } });
    // Of the same trace, and by now of the span that the inner door made.
    const told = { traceparent: expect.stringMatching(new RegExp(`^00-${trace}-(?!b7ad6b71)\\w{16}-01$`)) };
    expect(last()?.headers).toMatchObject({ ...told, "x-request-id": "a-request" });
  });

  it("are as long as the service's route takes, whatever Nginx takes by itself", async () => {
    const body = Buffer.alloc(4 * 1024 * 1024, "a");
    expect((await visit("/api/orders", { method: "POST", body })).status).toBe(200);
    expect(last()).toMatchObject({ method: "POST", url: "/api/orders", bytes: body.length });
    const longer = Buffer.alloc(body.length + 1);
    expect((await visit("/api/orders", { method: "POST", body: longer })).status).toBe(413);
  });

  it("get the service's own answer, without the headers that pages have", async () => {
    const { status, body, headers } = await visit("/api/teapot");
    expect({ status, body }).toEqual({ status: 418, body: "service /api/teapot" });
    expect(headers["content-security-policy"]).toBeUndefined();
    expect(headers["x-handed-on"]).toBeUndefined();
    expect((await visit("/")).headers["content-security-policy"]).toContain("default-src");
  });

  it("go round no second time: at the inner door there is no way back to Nginx", async () => {
    for (const where of ["/", "/index.html", "/apiary"]) {
      expect((await visit(where, { port: ports.inner })).status).toBe(404);
    }
    expect((await visit("/api/inside", { port: ports.inner })).body).toBe("service /api/inside");
  });
});
