import cookies from "@fastify/cookie";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { protect } from "../between/protect.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { authApi } from "./auth-api.ts";
import { healthApi } from "./health-api.ts";
import { pagesApi } from "./pages/pages-api.ts";
import { refuseOtherSites } from "./same-origin.ts";
import { surveysApi } from "./surveys-api.ts";

const RETRY_AFTER_SECONDS = 5;
const DESCRIPTION = "/api/v1/openapi.json";

/** What browsers see: the routes under `/api/v1`, and the pages. */
export const gatewayApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  await protect(app, {
    maxEventLoopDelay: options.maxEventLoopDelay,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
  await app.register(cookies);
  refuseOtherSites(app, options.publicOrigin, options.cookie);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Gateway",
        version: options.version,
        description: "Signs people in, and passes their requests on.",
      },
      servers: [{ url: "/" }],
    },
  });
  // Scopes of their own: only one of them demands a session.
  await app.register(authApi, options);
  await app.register(surveysApi, options);
  await app.register(healthApi, options);
  if (options.pages !== undefined) await app.register(pagesApi, { ...options, pages: options.pages });
  app.get(DESCRIPTION, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, DESCRIPTION);
};
