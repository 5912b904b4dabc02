import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { refuseOtherMethods } from "../../../telemetry/node/index.ts";
import { checksSchema } from "../between/contract.ts";
import type { GatewayApiOptions } from "./api-options.ts";
import { callerAddress } from "./caller-address.ts";
import { healthSchema, noQuerySchema, refusalSchemas } from "./schemas.ts";
import type { UpstreamClient } from "./upstream.ts";

const PATH = "/api/v1/health";

// A service that needs longer for its word that it is ready is not.
const TIMEOUT_MS = 1000;

// Whoever asks often must not have all others asked as often.
const KEPT_MS = 2000;

const checks = Compile(checksSchema);

type Health = Static<typeof healthSchema>;

/** `GET /api/v1/health`: the gateway's own word on all of the services. Up to two seconds old. */
export const healthApi: FastifyPluginAsyncTypebox<GatewayApiOptions> = async (app, options) => {
  const { upstreams, limits, rateLimitPerMinute } = options;
  let last: { readonly health: Promise<Health>; readonly until: number } | undefined;

  const current = (requestId: string): Promise<Health> => {
    if (last === undefined || last.until <= performance.now()) {
      last = { health: look(upstreams, requestId), until: performance.now() + KEPT_MS };
    }
    return last.health;
  };

  app.route({
    method: "GET",
    url: PATH,
    onRequest: async (request) => limits.take(`address:${callerAddress(request)}`, rateLimitPerMinute),
    schema: {
      summary: "Tells what is well and what is away",
      querystring: noQuerySchema,
      response: { 200: healthSchema, ...refusalSchemas() },
    },
    handler: async (request) => current(request.id),
  });
  refuseOtherMethods(app, PATH);
};

async function look(upstreams: GatewayApiOptions["upstreams"], requestId: string): Promise<Health> {
  const [survey, auth, health, hosts] = await Promise.all([
    stateOf(upstreams.survey, requestId),
    stateOf(upstreams.auth, requestId),
    stateOf(upstreams.health, requestId),
    upstreams.health.askJson({ path: "/api/v1/checks", requestId, timeoutMs: TIMEOUT_MS }, checks).then(
      // Anybody may ask: what the hosts are called, and what ails them, is for who watches the metrics.
      ({ data }) => ({ well: data.filter(({ ok }) => ok).length, failing: data.filter(({ ok }) => !ok).length }),
      () => "away" as const,
    ),
  ]);
  return { data: { gateway: "ok", services: { survey, auth, health }, hosts } };
}

function stateOf(upstream: UpstreamClient, requestId: string): Promise<"ok" | "away"> {
  return upstream.ask({ path: "/ready", requestId, timeoutMs: TIMEOUT_MS }).then(
    () => "ok",
    () => "away",
  );
}
