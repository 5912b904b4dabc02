import cookies from "@fastify/cookie";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import underPressure from "@fastify/under-pressure";
import { Problem, refuseOtherMethods } from "../../../telemetry/node/index.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { authApi } from "./auth-api.ts";
import { healthApi } from "./health-api.ts";
import { refuseOtherSites } from "./same-origin.ts";
import { surveysApi } from "./surveys-api.ts";

const RETRY_AFTER_SECONDS = 5;
const DESCRIPTION = "/api/v1/openapi.json";

/** The routes under `/api/v1` that browsers see. */
export const gatewayApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  await protect(app, options);
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
  app.get(DESCRIPTION, { schema: { hide: true } }, () => app.swagger());
  refuseOtherMethods(app, DESCRIPTION);
};

type App = Parameters<typeof gatewayApi>[0];

async function protect(app: App, options: GatewayApiOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Only the edge knows whether it speaks TLS.
    strictTransportSecurity: false,
  });
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelay ?? 1000,
    retryAfter: RETRY_AFTER_SECONDS,
    customError: Overloaded,
  });
  await app.register(cookies);
  refuseOtherSites(app, options.publicOrigin, options.cookie);
}

class Overloaded extends Problem {
  constructor() {
    super(503, "overloaded", "There is more to do than can be done at the moment. Please try again soon.");
  }
}
