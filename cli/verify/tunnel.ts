/** Ways to what is on the loopback of a host that is reached by SSH. */

import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isLoopback } from "../../services/loopback.ts";
import type { Proof } from "../../signals/proof.ts";
import type { ContainerEngine, Forward, StackEngines } from "../containers/engine.ts";

/** What was opened. */
export interface Tunnels {
  /** What is dialled instead of a URL of the deployment. */
  readonly reach: (url: string) => string;
  /** Closes all of them. */
  close(): void;
}

/** Seconds until a tunnel has to stand. */
const PATIENCE = 20;

/**
 * Opens a tunnel for each loopback address of a deployment on another machine, through the connection that its engine is
 * reached by; none where it runs on this machine. Visitors reach the host of the services.
 *
 * @throws Error when a tunnel does not stand, with the words of `ssh` and the command
 */
export async function openTunnels(proof: Proof, { services, monitoring }: StackEngines): Promise<Tunnels> {
  const children: ChildProcess[] = [];
  const ways = new Map<string, string>();
  const close = () => {
    for (const child of children) child.kill();
  };
  try {
    for (const [engine, urls] of [
      [services, [...proof.routes.map(({ url }) => url), ...proof.secured]],
      [monitoring, [...Object.values(proof.urls), ...proof.receivers.flatMap(({ arrivals }) => arrivals?.url ?? [])]],
    ] as const) {
      if (engine.host === undefined) continue;
      const wanted = [...new Set(urls.filter((url) => isLoopback(new URL(url).hostname)).map(originOf))].filter(
        (origin) => !ways.has(origin),
      );
      if (wanted.length === 0) continue;
      const ports = await freePorts(wanted.length);
      const forwards = wanted.map((origin, index) => ({ from: ports[index] ?? 0, to: Number(portOf(origin)) }));
      children.push(await openTunnel(engine, forwards));
      wanted.forEach((origin, index) => {
        ways.set(origin, `127.0.0.1:${ports[index]}`);
      });
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    reach(url) {
      const way = ways.get(originOf(url));
      if (way === undefined) return url;
      const dialled = new URL(url);
      dialled.host = way;
      return dialled.href;
    },
    close,
  };
}

async function openTunnel(engine: ContainerEngine, forwards: readonly Forward[]): Promise<ChildProcess> {
  const { command, shown } = engine.forwarding(forwards);
  const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  let ended = false;
  child.stderr?.on("data", (data) => {
    said += data;
  });
  child.on("error", (error) => {
    said += error.message;
    ended = true;
  });
  child.on("exit", () => {
    ended = true;
  });
  const until = Date.now() + PATIENCE * 1000;
  while (!ended && Date.now() < until) {
    if (await listens(forwards[0]?.from ?? 0)) return child;
    await sleep(100);
  }
  child.kill();
  throw new Error(
    `no tunnel to ${engine.host}: ${said.trim() || `none within ${PATIENCE} s`}\nThe command is: ${shown}`,
  );
}

const portOf = (url: string): string => new URL(url).port || (url.startsWith("https:") ? "443" : "80");

const originOf = (url: string): string => `${new URL(url).protocol}//${new URL(url).hostname}:${portOf(url)}`;

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((listening, refused) => {
        server.once("error", refused).listen(0, "127.0.0.1", () => listening(server));
      });
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listens(port: number): Promise<boolean> {
  return new Promise((answered) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      answered(true);
    });
    socket.once("error", () => answered(false));
  });
}
