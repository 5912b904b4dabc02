import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Registry } from "prom-client";
import { refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { type OWN_PROCESS, requireApiKey } from "../between/api-key.ts";
import { checksSchema } from "../between/contract.ts";
import { protect } from "../between/protect.ts";
import { noQuerySchema, refusalSchemas } from "./schemas.ts";
import type { Watch } from "./watch.ts";

/** What {@link healthApi} needs. */
export interface HealthApiOptions {
  /** What was seen of the hosts. */
  readonly watch: Pick<Watch, "current">;
  /** Path of the file with the keys of those who may ask; or only its own process asks it. */
  readonly apiKeysFile: string | typeof OWN_PROCESS;
  /** Version in the API's description. */
  readonly version: string;
  /** Where its counters go. */
  readonly registry: Registry;
  /** Milliseconds that the process may lag behind, on average over a second, before it refuses work. @default 1000 */
  readonly maxEventLoopDelay?: number;
}

const BASE = "/api/v1/checks";
const RETRY_AFTER_SECONDS = 5;

/** The routes under `/api/v1/checks`, answered from what was seen last. */
export const healthApi: FastifyPluginAsyncTypebox<HealthApiOptions> = async (app, options) => {
  const { maxEventLoopDelay } = options;
  await protect(app, { maxEventLoopDelay, retryAfterSeconds: RETRY_AFTER_SECONDS });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Health", version: options.version, description: "Tells whether hosts can be reached." },
      servers: [{ url: "/" }],
      components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "X-API-Key" } } },
    },
  });
  await app.register(checksApi, options);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, `${BASE}/openapi.json`);
};

// In a scope of its own: the description is for everybody.
const checksApi: FastifyPluginAsyncTypebox<HealthApiOptions> = async (app, { watch, apiKeysFile, registry }) => {
  requireApiKey(app, apiKeysFile, registry);
  app.route({
    method: "GET",
    url: BASE,
    schema: {
      summary: "Shows the last look at each host of the settings",
      security: [{ key: [] }],
      querystring: noQuerySchema,
      response: {
        200: { ...checksSchema, description: "The hosts, in the order of the settings." },
        ...refusalSchemas,
      },
    },
    handler: async () => ({ data: await watch.current() }),
  });
  refuseOtherMethods(app, BASE);
};
