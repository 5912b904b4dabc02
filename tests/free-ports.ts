/** Ports for the programs that tests start. */

import { createServer } from "node:net";

// Below 32768 Linux takes no port for a connection that goes out: what is free stays so until the program has it.
const LOWEST = 15_000;
const COUNT = 17_000;

const given = new Set<number>();

/**
 * Ports of the loopback interface that nobody listens on; no two calls of one process give the same.
 *
 * @param count how many
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/** One of {@link freePorts}. */
export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

// On every interface: a port that is taken on one of them may be refused on another.
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
