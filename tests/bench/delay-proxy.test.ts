import { connect, createServer } from "node:net";
import { expect, it } from "vitest";
import { startDelayProxy } from "../../bench/delay-proxy.ts";

it("lets everything arrive in its order, and no sooner than it says", async () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
  await new Promise<void>((listening) => echo.listen(0, "127.0.0.1", listening));
  const address = echo.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const proxy = await startDelayProxy({ host: "127.0.0.1", port }, 60);
  try {
    const began = performance.now();
    const socket = connect({ host: "127.0.0.1", port: proxy.port, allowHalfOpen: true });
    const parts = Array.from({ length: 50 }, (_, index) => `${index},`);
    for (const part of parts) socket.write(part);
    socket.end();
    let came = "";
    let first = 0;
    for await (const chunk of socket) {
      first ||= performance.now() - began;
      came += chunk;
    }
    expect(came).toBe(parts.join(""));
    // A timer may go off a millisecond early.
    expect(first).toBeGreaterThan(55);
  } finally {
    proxy.close();
    echo.close();
  }
});
