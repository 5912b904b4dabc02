import type { FastifyInstance } from "fastify";
import { isOperation, Problem } from "../../../telemetry/node/index.ts";

/**
 * Hides from visitors what is for the platform: the edge leads all paths here, those, too.
 *
 * The edge says in `X-Forwarded-Host` which host a visitor asked for, and lets nobody say it for himself or leave it out.
 * What it asks for itself, to see whether an instance is ready, has no such header; nor has what Prometheus and the
 * container's own probe ask.
 *
 * @param app the server's own application, whose routes those are
 */
export function hideOperations(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    if (request.headers["x-forwarded-host"] === undefined || !isOperation(request.routeOptions.url ?? "")) return;
    throw new Problem(404, null, "There is nothing at this address.");
  });
}
