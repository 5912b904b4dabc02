import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpProbe, type ProbeTool } from "../../services/probe.ts";

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    response.writeHead(request.url === "/ready" ? 200 : 503).end("answer");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

/** Runs a probe as Docker would and gives its exit code. */
const probe = (tool: ProbeTool, path: string, at = port): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const [, program = "", ...args] = httpProbe(tool, at, path);
    spawn(program, args, { stdio: "ignore" }).on("error", reject).on("close", resolve);
  });

describe.each<ProbeTool>(["python", "node", "wget"])("httpProbe with %s", (tool) => {
  it("is healthy where the service answers 200", async () => {
    expect(await probe(tool, "/ready")).toBe(0);
  });

  it("is not where it answers 503, or not at all", async () => {
    expect(await probe(tool, "/other")).not.toBe(0);
    expect(await probe(tool, "/ready", 1)).not.toBe(0);
  });
});
