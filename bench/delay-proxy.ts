/** A TCP proxy on loopback that lets everything arrive later: what a network far away does, on any kernel. */

import { connect, createServer, type Socket } from "node:net";

/** A proxy that runs. */
export interface DelayProxy {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Ends it with all its connections. */
  close(): void;
}

/**
 * Starts a proxy.
 *
 * @param target where it leads
 * @param milliseconds what it adds to a round trip; half of it each way
 */
export async function startDelayProxy(
  target: { readonly host: string; readonly port: number },
  milliseconds: number,
): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => sockets.delete(socket));
    }
    forward(near, far, milliseconds / 2);
    forward(far, near, milliseconds / 2);
  });
  await new Promise<void>((listening, fail) => server.on("error", fail).listen(0, "127.0.0.1", listening));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Timers of the same length go off in the order they were set, so what comes first arrives first. */
function forward(from: Socket, to: Socket, milliseconds: number): void {
  from.on("data", (chunk) => setTimeout(() => void (to.destroyed || to.write(chunk)), milliseconds));
  from.on("end", () => setTimeout(() => to.end(), milliseconds));
  from.on("error", () => to.destroy());
}
