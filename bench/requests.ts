/** What a request costs a service with our instrumentation, beside the same service without it. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BenchContext, type BenchResult, type Comparison, compare, resultOf, sayPair } from "./context.ts";
import { sendRequests } from "./load.ts";
import { runPairs } from "./pairs.ts";
import { type RequestsParts, requestsParts } from "./requests-parts.ts";

/** The ratios of processor time that are not to be exceeded: what is left of the bare server's rate is 1 by each. */
export const REQUESTS_MARKS = { fastifyMetrics: 1 / 0.97, fastifyEverything: 1 / 0.7, flaskMetrics: 1 / 0.95 } as const;

const CONNECTIONS = 32;

/** Requests of one measurement: about a second of processor time. */
const AMOUNT = { node: 40_000, python: 5000 } as const;

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

/**
 * Measures, prints the tables and gives the result. The server has one core and the load another one. Compared is the
 * processor time of the server for the same number of requests: the rate of a core that is busy with nothing else is one
 * by it, and other work on the machine disturbs it less.
 *
 * @throws Error where there is only one core, when a server doesn't start or a request fails.
 */
export async function benchRequests(
  context: Pick<BenchContext, "root" | "cache" | "privateDirectory" | "pairs" | "write" | "reporter">,
): Promise<BenchResult> {
  if (cpus().length < 2) throw new Error("this benchmark needs two cores: one for the server, one for the load.");
  const directory = join(context.privateDirectory, "requests");
  const parts = await requestsParts(context.root, context.cache, directory, context.reporter);
  const collector = createServer((request, response) => request.resume().once("end", () => response.end()));
  const endpoint = `http://127.0.0.1:${await portOf(collector)}`;
  const servers: Server[] = [];
  const start = async (command: Command): Promise<Server> => {
    const server = await startServer(command, endpoint, directory);
    servers.push(server);
    return server;
  };
  try {
    const node = (mode: string) => start((port) => [process.execPath, parts.nodeServer, mode, String(port)]);
    const flask = (name: string) => start(gunicorn(parts, name, directory));
    const [bare, metrics, everything] = [await node("bare"), await node("metrics"), await node("everything")];
    const [bareFlask, flaskMetrics] = [await flask("bare"), await flask("measured")];
    const beside = async (names: Names, mark: number, subject: Server, anchor: Server, amount: number) => {
      const cost = (server: Server) => () => secondsFor(server, parts, amount);
      await cost(anchor)();
      await cost(subject)();
      const runs = await runPairs(context.pairs, cost(subject), cost(anchor), sayPair(context));
      return compare(names, mark, runs, context.write);
    };
    const marks = REQUESTS_MARKS;
    const comparisons: Comparison[] = [
      await beside(
        { subject: "fastify with metrics", anchor: "fastify" },
        marks.fastifyMetrics,
        metrics,
        bare,
        AMOUNT.node,
      ),
      await beside(
        { subject: "fastify with all we have", anchor: "fastify" },
        marks.fastifyEverything,
        everything,
        bare,
        AMOUNT.node,
      ),
      await beside(
        { subject: "Flask with metrics", anchor: "Flask" },
        marks.flaskMetrics,
        flaskMetrics,
        bareFlask,
        AMOUNT.python,
      ),
    ];
    const facts = { requestsOfFastify: AMOUNT.node, requestsOfFlask: AMOUNT.python, connections: CONNECTIONS };
    return resultOf({ name: "requests", comparisons, facts, met: comparisons.every(({ met }) => met) });
  } finally {
    for (const { child } of servers) child.kill("SIGTERM");
    collector.closeAllConnections();
    collector.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

type Names = Parameters<typeof compare>[0];
type Command = (port: number) => readonly string[];

function gunicorn(parts: RequestsParts, name: string, directory: string): Command {
  const multiprocess = join(directory, `prometheus-${name}`);
  mkdirSync(multiprocess);
  const environment = ["env", `PYTHONPATH=${parts.pythonPath}`, `PROMETHEUS_MULTIPROC_DIR=${multiprocess}`];
  const server = [parts.python, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8", "--keep-alive", "95"];
  return (port) => [...environment, ...server, "--bind", `127.0.0.1:${port}`, `server:${name}()`];
}

async function startServer(command: Command, endpoint: string, directory: string): Promise<Server> {
  const free = createServer();
  const port = await portOf(free);
  await new Promise((resolve) => free.close(resolve));
  const url = `http://127.0.0.1:${port}/hello`;
  // A file, as Docker's pipe would be: what a line costs to write is part of it.
  const output = openSync(join(directory, `${port}.log`), "w");
  const child = spawn("taskset", ["--cpu-list", "0", ...command(port)], {
    env: { PATH: process.env.PATH ?? "", OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", output, output],
  });
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) break;
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, child };
    await sleep(100);
  }
  child.kill("SIGKILL");
  throw new Error(`${command(port).join(" ")} doesn't answer: ${readFileSync(join(directory, `${port}.log`), "utf8")}`);
}

async function portOf(server: HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

/** Seconds of processor time that a server and its children take for a number of requests. */
async function secondsFor(server: Server, parts: RequestsParts, amount: number): Promise<number> {
  const before = processorSeconds(server.child.pid ?? 0);
  await sendRequests(parts.autocannon, { url: server.url, amount, connections: CONNECTIONS });
  return processorSeconds(server.child.pid ?? 0) - before;
}

/** Seconds of processor time that a process and its children have taken so far. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  // Ticks of 10 ms: Linux has had 100 a second for its users on every architecture that we run on.
  const own = (Number(fields[11]) + Number(fields[12])) / 100;
  return children.reduce((sum, child) => sum + processorSeconds(Number(child)), own);
}
