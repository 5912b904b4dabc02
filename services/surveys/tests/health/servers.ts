import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "./certificates.ts";

/** A server that a test looks at. */
export interface Running {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Connections that it has had. */
  connections(): number;
  /** Ends it, and every connection. */
  close(): Promise<void>;
}

const running: Running[] = [];

/** Starts a server that takes connections, and says nothing unless it is told. */
export function startTcp(host = "127.0.0.1", work: (socket: Socket) => void = () => {}): Promise<Running> {
  // What nobody reads hides that the other side has gone.
  return started(
    createServer((socket) => work(socket.resume())),
    host,
  );
}

/** Starts a server that shakes hands with a certificate. */
export function startTls(certificate: Certificate, host = "127.0.0.1"): Promise<Running> {
  // Who looks may not like the certificate and leave: nobody is to be hit by that.
  return started(
    createTlsServer({ ...certificate }).on("tlsClientError", () => {}),
    host,
  );
}

/** A port where nobody listens: one that was free a moment ago. */
export async function deafPort(): Promise<number> {
  const server = await startTcp();
  await server.close();
  return server.port;
}

// It listens, and then never takes a connection from the queue.
const ASLEEP = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
  require("node:fs").writeSync(1, String(this.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
})`;

/** Starts a server whose queue of connections is full: whoever comes now gets no answer, not even a no. */
export async function startFull(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ASLEEP], { stdio: ["ignore", "pipe", "inherit"] });
  const [told] = await once(child.stdout, "data");
  const port = Number(told);
  const waiting = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  running.push({
    port,
    connections: () => 0,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      child.kill("SIGKILL");
    },
  });
  await sleep(200);
  return port;
}

/** Ends all of them. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close()));
}

async function started(server: Server, host: string): Promise<Running> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const one: Running = {
    port,
    connections: () => connections,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  running.push(one);
  return one;
}
