import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../../telemetry/node/index.ts";

/** The kinds of files that a page is made of. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Addresses that are pages: the page's own script decides what it shows. */
const PAGES = ["/", "/services/:name", "/alerts", "/deployments", "/graph", "/requests", "/requests/:id"];

/**
 * Serves the files of the page from memory: a request names one of them, or it is none of ours.
 *
 * @param directories where they are; the first has `index.html`
 */
export function serveSite(app: FastifyInstance, directories: readonly string[]): void {
  const files = new Map<string, () => Answer>();
  for (const directory of directories) {
    for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
      const type = TYPES[extname(name)];
      if (type === undefined || files.has(name)) continue;
      const body = readFileSync(join(directory, name));
      const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
      files.set(name, () => ({ body, type, etag }));
    }
  }
  const index = files.get("index.html");
  if (index === undefined) throw new Error(`there is no index.html in ${directories[0]}`);
  // One route for all of them: each has series of its own in the metrics.
  app.get<{ Params: { name: string } }>("/assets/:name", { schema: { hide: true } }, (request, reply) => {
    const answer = files.get(request.params.name);
    if (answer === undefined || request.params.name === "index.html") {
      throw new Problem(404, null, "There is nothing at this address.");
    }
    return send(request, reply, answer());
  });
  for (const url of PAGES) app.get(url, { schema: { hide: true } }, (request, reply) => send(request, reply, index()));
}

interface Answer {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

function send(request: FastifyRequest, reply: FastifyReply, { body, type, etag }: Answer): FastifyReply {
  reply.header("ETag", etag);
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.type(type).send(body);
}
