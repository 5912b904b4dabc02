import { type Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { type CallSettings, callDefaults, callMetrics, type ServiceClient, serviceClient } from "../index.ts";

/** How a server answers. */
export type Answering = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers 200 at once. */
export const well: Answering = (response) => {
  response.end("well");
};

/** Answers 500 at once. */
export const failing: Answering = (response) => {
  response.writeHead(500).end("unwell");
};

/** Says that it has no time now. */
export const busy: Answering = (response) => {
  response.writeHead(503, { "retry-after": "5" }).end();
};

/** Never answers. */
export const hanging: Answering = () => {};

/** Breaks the connection in the middle of its answer. */
export const cutting: Answering = (response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("so far", () => response.socket?.resetAndDestroy());
};

/** Breaks the connection without an answer. */
export const resetting: Answering = (response) => {
  response.socket?.resetAndDestroy();
};

/** Answers 200 after some milliseconds. */
export const slow =
  (milliseconds: number): Answering =>
  (response) => {
    setTimeout(() => response.end("late"), milliseconds);
  };

/** A replica on a port of its own. */
export interface Replica {
  /** Its address. */
  readonly url: string;
  /** How it answers from now on. */
  answer: Answering;
  /** Requests that arrived. */
  count: number;
  /** Its connections are refused from then on. */
  close(): Promise<void>;
}

const running = new Set<Replica>();

/** Starts replicas that are well. */
export async function servers(count: number): Promise<Replica[]> {
  return Promise.all(Array.from({ length: count }, () => startServer()));
}

async function startServer(): Promise<Replica> {
  const server: Server = createServer((request, response) => {
    one.count += 1;
    request.resume();
    request.once("end", () => one.answer(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const one: Replica = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer: well,
    count: 0,
    close: async () => {
      running.delete(one);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  running.add(one);
  return one;
}

/** What a part of the settings is, where it is another one than usual. */
export type Other = { readonly [Name in keyof CallSettings]?: Partial<CallSettings[Name]> | CallSettings[Name] };

/** A client under test. */
export interface Client extends ServiceClient {
  /** A metric's value, by its labels: `service_calls_total`, `outcome="ok"`. */
  metric(name: string, labels?: string): Promise<number>;
}

const clients = new Set<ServiceClient>();

/** A client of these addresses, with the defaults but for what is given. */
export function clientOf(addresses: readonly (Replica | string)[], other: Other = {}, agent?: Agent): Client {
  const defaults = callDefaults(addresses.map((one) => (typeof one === "string" ? one : one.url)));
  const settings = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => {
      const given = other[name as keyof CallSettings];
      const isPart = typeof given === "object" && !Array.isArray(given);
      return [name, isPart ? { ...(value as object), ...given } : (given ?? value)];
    }),
  ) as unknown as CallSettings;
  const registry = new Registry();
  const client = serviceClient("survey", {
    settings,
    metrics: callMetrics(registry),
    ...(agent && { agent: () => agent }),
  });
  clients.add(client);
  return {
    ...client,
    metric: async (name, labels = "") => {
      const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith(`${name}{`));
      const found = lines.filter((line) => line.includes(labels));
      if (found.length === 0) throw new Error(`there is no ${name} with ${labels}`);
      return found.reduce((all, line) => all + Number(line.split(" ").at(-1)), 0);
    },
  };
}

/** Ends all clients and servers of a test. */
export async function endAll(): Promise<void> {
  for (const client of clients) client.close();
  clients.clear();
  await Promise.all([...running].map((server) => server.close()));
}

/** How a request ended: its status, or the kind of its failure. */
export async function ended(client: ServiceClient, request: Parameters<ServiceClient["ask"]>[0] = { path: "/" }) {
  return client.ask(request).then(
    ({ status }) => status,
    (error: { kind?: string }) => error.kind ?? String(error),
  );
}
