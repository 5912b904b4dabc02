import { existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath, pathToFileURL } from "node:url";
import { StartFailure } from "../../../../telemetry/node/index.ts";

/** The pages as SvelteKit built them: what its adapter calls a handler. */
export type BuiltPages = (request: IncomingMessage, response: ServerResponse, next: () => void) => unknown;

/** Headers by which the pages learn where they are: the gateway sets them, whatever a visitor's say. */
export const ORIGIN_HEADERS = { protocol: "x-pages-protocol", host: "x-pages-host" } as const;

/** The largest form that a page takes, in bytes. */
export const FORM_LIMIT = 16_384;

const BUILT = fileURLToPath(new URL("../../../pages/build/handler.js", import.meta.url));

const EXIT_MISSING = 70;

/**
 * Loads the pages, once for a process.
 *
 * @throws StartFailure where they have not been built
 */
export async function builtPages(): Promise<BuiltPages> {
  if (!existsSync(BUILT))
    throw new StartFailure("the pages are not built: run `npm run build` in pages/", EXIT_MISSING);
  // The handler takes its settings from the environment, as it is loaded.
  process.env.PAGES_PROTOCOL_HEADER = ORIGIN_HEADERS.protocol;
  process.env.PAGES_HOST_HEADER = ORIGIN_HEADERS.host;
  process.env.PAGES_BODY_SIZE_LIMIT = String(FORM_LIMIT);
  const { handler } = (await import(pathToFileURL(BUILT).href)) as { readonly handler: BuiltPages };
  return handler;
}
