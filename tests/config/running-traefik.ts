/** A real Traefik with the product's arguments and files, on ports of its own. */

import { spawn } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { ConfigFile } from "../../config/config-file.ts";
import { type Route, renderTraefikArguments, TRAEFIK_PORTS, type TraefikChoices } from "../../config/traefik.ts";
import { findTool } from "../../offline/tools.ts";
import { freePorts } from "../free-ports.ts";

/** A Traefik that runs. */
export interface RunningTraefik {
  /** The port of this machine that an entry point has. */
  portOf(entryPoint: keyof typeof TRAEFIK_PORTS): number;
  /** Puts files in the place of those that it watches, each whole, as a deployment does. */
  land(files: readonly ConfigFile[]): void;
  /** What it wrote so far. */
  log(): string;
  stop(): void;
}

/** Starts it; a test changes the place of files, ports, and where spans go, and nothing else. */
export async function startTraefik(
  files: readonly ConfigFile[],
  choices: TraefikChoices = {},
  spansTo?: string,
): Promise<RunningTraefik> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-traefik-"));
  const users = path.join(directory, "users");
  writeFileSync(users, "admin:$2y$05$abcdefghijklmnopqrstuu5s7v1b5cVJ8dU3yY0kQJ8S9m8nJ5q0C\n");
  for (const file of files) {
    writeFileSync(path.join(directory, file.path), file.content.replace("/run/secrets/dashboard-users", users));
  }
  const inside = Object.values(TRAEFIK_PORTS);
  const free = await freePorts(inside.length);
  const outside = new Map<number, number>(inside.map((port, index) => [port, free[index] ?? 0]));
  const words = renderTraefikArguments(choices).map((argument) =>
    argument
      .replace(/^--providers\.file\.directory=.*/, `--providers.file.directory=${directory}`)
      .replace(/^(--tracing\.otlp\.http\.endpoint)=.*/, `$1=${spansTo}`)
      .replace(/address=:(\d+)$/, (_, port) => `address=127.0.0.1:${outside.get(Number(port))}`),
  );
  const program = spawn(findTool("traefik"), words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OTEL_BSP_SCHEDULE_DELAY: "100" },
  });
  let log = "";
  program.stdout.on("data", (chunk) => {
    log += chunk;
  });
  return {
    portOf: (entryPoint) => outside.get(TRAEFIK_PORTS[entryPoint]) ?? 0,
    land(changed) {
      for (const file of changed) {
        const beside = path.join(directory, `.${file.path}.new`);
        writeFileSync(beside, file.content);
        renameSync(beside, path.join(directory, file.path));
      }
    },
    log: () => log,
    stop() {
      program.kill("SIGKILL");
      rmSync(directory, { recursive: true });
    },
  };
}

/** A server behind it, and the route to it. */
export interface BehindTraefik {
  readonly route: Route;
  stop(): void;
}

/** Starts one; it says of itself that it is ready. */
export async function startBehind(
  name: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<BehindTraefik> {
  const server = createServer((request, response) =>
    request.url === "/ready" ? response.end() : answer(request, response),
  ).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const servers = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
  return { route: { name, pathPrefix: "/", servers, readyPath: "/ready" }, stop: () => server.close() };
}
