import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { refuseOtherMethods } from "../../../telemetry/node/index.ts";
import type { CalledServer } from "../between/called.ts";
import { checksSchema } from "../between/contract.ts";
import { protect } from "../between/protect.ts";
import { noQuerySchema, refusalSchemas } from "./schemas.ts";
import type { Watch } from "./watch.ts";

/** What {@link healthApi} needs. */
export interface HealthApiOptions {
  /** What was seen of the hosts. */
  readonly watch: Pick<Watch, "current">;
  /** Who may call, and how OpenAPI says so. */
  readonly server: Pick<CalledServer, "requireCaller" | "securitySchemes">;
  /** Version in the API's description. */
  readonly version: string;
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
      components: { securitySchemes: options.server.securitySchemes },
    },
  });
  await app.register(checksApi, options);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, `${BASE}/openapi.json`);
};

// In a scope of its own: the description is for everybody.
const checksApi: FastifyPluginAsyncTypebox<HealthApiOptions> = async (app, { watch, server }) => {
  server.requireCaller(app);
  app.route({
    method: "GET",
    url: BASE,
    schema: {
      summary: "Shows the last look at each host of the settings",
      security: Object.keys(server.securitySchemes).map((name) => ({ [name]: [] })),
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
