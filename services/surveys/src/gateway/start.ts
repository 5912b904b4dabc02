import { callMetrics } from "../../../calls/index.ts";
import { configureLogs, newServer, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { callCredentials } from "../between/calling.ts";
import { openRedis } from "../between/redis.ts";
import { gatewayApi } from "./api.ts";
import { hideOperations } from "./operations.ts";
import { builtPages } from "./pages/built-pages.ts";
import { redisRateLimits } from "./rate-limits.ts";
import { sessionCookie } from "./session-cookie.ts";
import { redisSessions } from "./sessions.ts";
import { readSettings } from "./settings.ts";
import { type UpstreamClient, upstreamClient } from "./upstream.ts";
import type { Upstream } from "./upstream-problems.ts";
import { loadParts } from "./within.ts";
import { withinClient } from "./within-client.ts";

/**
 * Runs the gateway: settings, Redis, the services within it, then the API and the pages.
 *
 * It is ready whatever is away: then it says so itself, which is more than an edge without a service could.
 *
 * @param name what its metrics, lines and spans call it
 * @throws SettingsError with every wrong setting, StartFailure where the pages are not built
 */
export async function start(name: string): Promise<void> {
  const parts = await loadParts(process.env);
  const { redis: redisSettings, upstreams, server: serverSettings, ...settings } = readSettings(process.env, parts);
  configureLogs(name, serverSettings.logLevel);
  const { version } = manifest;
  const server = newServer({ service: name, version });
  hideOperations(server.app);
  const { registry } = server.metrics;
  const redis = openRedis(redisSettings);
  server.app.addHook("onClose", async () => redis.disconnect());
  const metrics = callMetrics(registry);
  const credentialsFor = callCredentials(registry);
  const clientOf = async (name: Upstream): Promise<UpstreamClient> => {
    const to = upstreams[name];
    if ("open" in to) {
      const part = await to.open(server);
      // After the last request, which may need it.
      server.app.addHook("onClose", () => part.app.close());
      return withinClient(name, part, { timeoutMs: to.timeoutMs, metrics });
    }
    const { call, calling } = to;
    const client = upstreamClient(name, { metrics, call, credentials: credentialsFor(name, calling) });
    server.app.addHook("onClose", async () => client.close());
    return client;
  };
  await server.app.register(gatewayApi, {
    upstreams: {
      survey: await clientOf("survey"),
      auth: await clientOf("auth"),
      health: await clientOf("health"),
    },
    sessions: redisSessions(redis, { idleMs: settings.sessionMinutes * 60_000, registry }),
    cookie: sessionCookie(settings.secureCookies),
    limits: redisRateLimits(redis),
    rateLimitPerMinute: settings.rateLimitPerMinute,
    publicOrigin: settings.publicOrigin,
    pages: await builtPages(),
    version,
  });
  await serve(server, serverSettings);
}
