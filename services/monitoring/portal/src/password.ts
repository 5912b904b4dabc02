import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Problem, readSecret } from "../../../telemetry/node/index.ts";

/** Paths that the platform asks, without a password. */
const OPEN = new Set(["/metrics", "/health", "/ready"]);

/**
 * Asks everybody for a password, by HTTP Basic; the name does not matter. The file is read at each request: a new
 * password holds at once.
 */
export function askForPassword(app: FastifyInstance, file: string): void {
  app.addHook("onRequest", async (request) => {
    if (OPEN.has(request.routeOptions.url ?? "")) return;
    const [, encoded = ""] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? "") ?? [];
    const given = Buffer.from(encoded, "base64").toString("utf8");
    const password = given.slice(given.indexOf(":") + 1);
    if (given.includes(":") && timingSafeEqual(digest(password), digest(readSecret(file)))) return;
    const headers = { "WWW-Authenticate": 'Basic realm="portal", charset="UTF-8"' };
    throw new Problem(401, "password", "This page asks for a password.", { headers });
  });
}

// Of one length, whatever was given.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
