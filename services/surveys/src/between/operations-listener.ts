import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type InstrumentedServer, isOperation } from "../../../telemetry/node/index.ts";

/**
 * Answers `/metrics`, `/health` and `/ready` at a port of their own without TLS, and nothing else there: whoever scrapes
 * and probes has no certificate, and what it asks says nothing of anybody. It listens with the application and ends with
 * it.
 */
export function listenForOperations({ app }: InstrumentedServer, port: number): void {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (isOperation(request.url ?? "")) app.routing(request, response);
    else response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing at this address.\n");
  });
  app.addHook("onReady", async () => {
    await new Promise<void>((listening, failed) => {
      server.once("error", failed).listen(port, "0.0.0.0", listening);
    });
  });
  app.addHook("onClose", async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
}
