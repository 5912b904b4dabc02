import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Counter, type Registry } from "prom-client";
import { Problem, readSecret } from "../../../telemetry/node/index.ts";

/** The header that carries the key. */
export const API_KEY_HEADER = "x-api-key";

/** The key that this service sends: the first line of its file, read anew each time, so that a new one needs no start. */
export function ownKey(file: string): string {
  return linesOf(file)[0] ?? "";
}

/** Stands in the place of a file with keys where a service listens nowhere: nobody but its own process can ask it. */
export const OWN_PROCESS = Symbol("own process");

/**
 * Lets in nobody but who has one of the keys in a file, a line each: with two lines a key is changed without a moment
 * in which neither holds. What is refused is counted, by why. `/metrics`, `/health` and `/ready` are not below `app`.
 *
 * @param file path of the file with the keys
 */
export function requireApiKey(app: FastifyInstance, file: string | typeof OWN_PROCESS, registry: Registry): void {
  if (file === OWN_PROCESS) return;
  const refused = new Counter({
    name: "calls_refused_total",
    help: "Calls of other services that were refused, by why.",
    labelNames: ["reason"],
    registers: [registry],
  });
  for (const reason of ["missing", "wrong"]) refused.labels(reason).inc(0);
  app.addHook("onRequest", async (request) => {
    const given = request.headers[API_KEY_HEADER];
    if (typeof given === "string" && given !== "" && linesOf(file).some((key) => same(key, given))) return;
    const reason = given === undefined ? "missing" : "wrong";
    refused.labels(reason).inc();
    throw new Problem(401, "no-api-key", `This service answers other services: send a key of it in ${API_KEY_HEADER}.`);
  });
}

function linesOf(file: string): string[] {
  return readSecret(file)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
