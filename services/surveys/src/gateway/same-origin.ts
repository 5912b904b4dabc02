import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "../../../telemetry/node/index.ts";
import type { SessionCookie } from "./session-cookie.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site has a browser do here: requests that change something, unless the browser says that one of
 * our own pages sent them.
 *
 * A program without a session may leave the headers out. But one that says that another site sent it is refused without
 * a session too: else a page could sign somebody in as somebody else.
 *
 * @param publicOrigin what browsers see, such as `https://surveys.example`
 */
export function refuseOtherSites(app: FastifyInstance, publicOrigin: string, cookie: SessionCookie): void {
  app.addHook("onRequest", async (request) => {
    if (SAFE_METHODS.has(request.method)) return;
    const isOurs = isFromUs(request, publicOrigin);
    if (isOurs || (isOurs === undefined && cookie.of(request) === undefined)) return;
    const detail = `With a session, this takes only requests of its own pages: send Origin: ${publicOrigin}.`;
    throw new Problem(403, "other-site", detail);
  });
}

// Undefined where the request doesn't say.
function isFromUs({ headers }: FastifyRequest, publicOrigin: string): boolean | undefined {
  // Pages can't set it. Browsers send it over TLS, and always there.
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return headers.origin === undefined ? undefined : headers.origin === publicOrigin;
}
