import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Problem } from "../../../telemetry/node/index.ts";
import { changingFiles } from "./changing-files.ts";
import type { CountRefused } from "./refused-calls.ts";

/** The header that carries the key. */
export const API_KEY_HEADER = "x-api-key";

/** The key that a caller sends: the first line of its file, read anew each time, so that a new one needs no start. */
export function ownKey(file: string): () => string {
  const keys = keysIn(file, (line) => line);
  return () => keys()[0] ?? "";
}

/**
 * Lets in nobody but who has one of the keys in a file, a line each: with several lines a key is changed without a moment
 * in which none holds. A line is a key, or `sha256:` and its digest in hexadecimal, which nobody can send. `/metrics`,
 * `/health` and `/ready` are not below `app`.
 *
 * @param file path of the file with the keys
 * @param refused counts what is refused, by why
 */
export function requireApiKey(app: FastifyInstance, file: string, refused: CountRefused): void {
  const keys = keysIn(file, digestOf);
  app.addHook("onRequest", async (request) => {
    const given = request.headers[API_KEY_HEADER];
    if (typeof given === "string" && given !== "" && keys().some((digest) => timingSafeEqual(digest, hash(given))))
      return;
    refused(given === undefined ? "missing" : "wrong");
    throw new Problem(401, "no-api-key", `This service answers other services: send a key of it in ${API_KEY_HEADER}.`);
  });
}

function keysIn<T>(file: string, read: (line: string) => T): () => readonly T[] {
  return changingFiles([file], ([text]) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map(read),
  );
}

// What only looks like a digest is a key: so each line has one of 32 bytes.
function digestOf(line: string): Buffer {
  const [, digest] = /^sha256:([0-9a-f]{64})$/.exec(line) ?? [];
  return digest === undefined ? hash(line) : Buffer.from(digest, "hex");
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
