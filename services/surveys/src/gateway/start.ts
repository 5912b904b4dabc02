import { callMetrics } from "../../../calls/index.ts";
import { configureLogs, newServer, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { callCredentials } from "../between/calling.ts";
import { openRedis } from "../between/redis.ts";
import { gatewayApi } from "./api.ts";
import { hideOperations } from "./operations.ts";
import { redisRateLimits } from "./rate-limits.ts";
import { sessionCookie } from "./session-cookie.ts";
import { redisSessions } from "./sessions.ts";
import { readSettings } from "./settings.ts";
import { upstreamClient } from "./upstream.ts";
import type { Upstream } from "./upstream-problems.ts";

/**
 * Runs the gateway: settings, Redis, then the API.
 *
 * It is ready whatever is away: then it says so itself, which is more than an edge without a service could.
 *
 * @param name what its metrics, lines and spans call it
 * @throws SettingsError with every wrong setting
 */
export async function start(name: string): Promise<void> {
  const { redis: redisSettings, upstreams, server: serverSettings, ...settings } = readSettings(process.env);
  configureLogs(name, serverSettings.logLevel);
  const { version } = manifest;
  const server = newServer({ service: name, version });
  hideOperations(server.app);
  const { registry } = server.metrics;
  const redis = openRedis(redisSettings);
  server.app.addHook("onClose", async () => redis.disconnect());
  const metrics = callMetrics(registry);
  const credentialsFor = callCredentials(registry);
  const clientOf = (name: Upstream) => {
    const { call, calling } = upstreams[name];
    const client = upstreamClient(name, { metrics, call, credentials: credentialsFor(name, calling) });
    server.app.addHook("onClose", async () => client.close());
    return client;
  };
  await server.app.register(gatewayApi, {
    upstreams: { survey: clientOf("survey"), auth: clientOf("auth"), health: clientOf("health") },
    sessions: redisSessions(redis, { idleMs: settings.sessionMinutes * 60_000, registry }),
    cookie: sessionCookie(settings.secureCookies),
    limits: redisRateLimits(redis),
    rateLimitPerMinute: settings.rateLimitPerMinute,
    publicOrigin: settings.publicOrigin,
    version,
  });
  await serve(server, serverSettings);
}
