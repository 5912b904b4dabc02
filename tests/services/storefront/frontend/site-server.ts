import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Page, Request } from "playwright-core";
import { renderNginxSite } from "../../../../config/nginx.ts";

const SITE = path.resolve(import.meta.dirname, "../../../../services/storefront/frontend/site");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** The pages on a port of their own, under the policy that Nginx sends with them. */
export interface Site {
  readonly url: string;
  close(): void;
}

/** Serves the files of the site. The APIs are the tests': {@link answer}. */
export async function serveSite(): Promise<Site> {
  const policy = /Content-Security-Policy "([^"]+)"/.exec(renderNginxSite()[0]?.content ?? "")?.[1];
  if (policy === undefined) throw new Error("Nginx sends no Content-Security-Policy");
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const file = pathname === "/" ? "/index.html" : pathname;
    try {
      const content = await readFile(path.join(SITE, file));
      const type = TYPES[path.extname(file)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type, "content-security-policy": policy }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What an API answers: a status with a body, or nothing at all. */
export type Answer = { readonly status?: number; readonly body: unknown } | "no answer";

/**
 * Answers an API of a page.
 *
 * @param api its address and method, such as `POST /api/orders`
 * @param answers one for each request, in order; the last one for all further requests
 * @returns the requests, as they come
 */
export async function answer(page: Page, api: string, ...answers: readonly Answer[]): Promise<readonly Request[]> {
  const [method = "", address = ""] = api.split(" ");
  const requests: Request[] = [];
  await page.route(
    (url) => url.pathname === address,
    async (route) => {
      if (route.request().method() !== method) return route.fallback();
      const given = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(route.request());
      if (given === undefined || given === "no answer") return route.abort();
      const { status = 200, body } = given;
      return route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });
    },
  );
  return requests;
}
