import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Problem, refuseOtherMethods } from "../../../../telemetry/node/index.ts";
import type { GatewayApiOptions } from "../api-options.ts";
import { type BuiltPages, ORIGIN_HEADERS } from "./built-pages.ts";
import { visitsOf } from "./new-visit.ts";
import { plainPage } from "./plain-page.ts";

/** The pages by their addresses, and whether they have a form. Metrics count by these, and by no other address. */
export const PAGES: Readonly<Record<string, { readonly form: boolean }>> = {
  "/": { form: false },
  "/sign-up": { form: true },
  "/sign-in": { form: true },
  "/sign-in/link": { form: true },
  "/sign-out": { form: true },
  "/requests": { form: false },
  "/requests/new": { form: true },
  "/download": { form: false },
};

/** What belongs to all of them: scripts, styles and pictures. */
const FILES = ["/_app/*", "/favicon.svg"];

// A part of an address that leads to another one, as no browser sends it.
const DOTS = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/** What {@link pagesApi} needs, besides what the API does. */
export interface PagesApiOptions extends GatewayApiOptions {
  /** The pages. */
  readonly pages: BuiltPages;
}

/**
 * The pages, in the same process: SvelteKit writes the answers, and the gateway knows who asks, how often, and for what.
 * Whatever is refused before a page begins is a plain page.
 */
export const pagesApi: FastifyPluginAsyncTypebox<PagesApiOptions> = async (app, options) => {
  const { pages, publicOrigin } = options;
  const visitOf = visitsOf(options);
  const { protocol, host } = new URL(publicOrigin);

  const handOver = (request: FastifyRequest, reply: FastifyReply): void => {
    // Hooks have set these: what the pages set themselves goes before.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    const raw = Object.assign(request.raw, { visit: visitOf(request, reply) });
    raw.headers[ORIGIN_HEADERS.protocol] = protocol.slice(0, -1);
    raw.headers[ORIGIN_HEADERS.host] = host;
    Promise.resolve(pages(raw, reply.raw, () => reply.raw.writeHead(404).end())).catch((error: unknown) => {
      raw.visit.failed(error);
      if (!reply.raw.headersSent) reply.raw.writeHead(500);
      reply.raw.end();
    });
  };

  const page = (request: FastifyRequest, reply: FastifyReply): void => {
    // Not "no-referrer": with that, browsers send forms without their origin. Of an address they send no more than that.
    reply.headers({ "Cache-Control": "no-store", "Referrer-Policy": "strict-origin" });
    handOver(request, reply);
  };

  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof Problem) || !wantsPage(request)) throw error;
    const headers = { "Cache-Control": "no-store", ...error.headers };
    return reply
      .code(error.status)
      .headers(headers)
      .type("text/html; charset=utf-8")
      .send(plainPage(error, request.id));
  });
  // The pages read their forms themselves.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/x-www-form-urlencoded", (_request, _body, done) => done(null));

  const schema = { hide: true };
  for (const [url, { form }] of Object.entries(PAGES)) {
    app.route({ method: form ? ["GET", "POST"] : ["GET"], url, schema, handler: page });
    refuseOtherMethods(app, url);
    // What a page's script asks for in place of the page.
    app.get(`${url === "/" ? "" : url}/__data.json`, { schema }, page);
  }
  for (const url of FILES) {
    app.get(url, { schema }, (request, reply) => {
      // The pages would take it for the address that it leads to, and a page for a file that may be kept.
      if (DOTS.test(request.url)) throw new Problem(404, null, "There is nothing at this address.");
      handOver(request, reply);
    });
  }
  app.get("/*", { schema }, (request, reply) => {
    if (!wantsPage(request)) throw new Problem(404, null, "There is nothing at this address.");
    page(request, reply);
  });
};

// Whoever asks the API is a program.
function wantsPage({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith("/api/") && (headers.accept?.includes("text/html") ?? false);
}
