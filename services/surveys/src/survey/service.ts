import type { InstrumentedServer } from "../../../telemetry/node/index.ts";
import { type CalledServer, type CalledSettings, newCalledServer, type OwnProcess } from "../between/called.ts";
import { openRedis } from "../between/redis.ts";
import { surveyApi } from "./api.ts";
import { listCache } from "./list-cache.ts";
import { redcapClient } from "./redcap.ts";
import { newBreaker } from "./redcap-breaker.ts";
import { leaseMsFor, surveyRequests } from "./requests.ts";
import type { SurveySettings } from "./settings.ts";
import { userLock } from "./user-lock.ts";

/** How the service runs. */
export interface SurveyServiceSettings extends SurveySettings {
  /** How the services are known that call it; or only its own process asks it. */
  readonly called: CalledSettings | OwnProcess;
}

/**
 * The service with all that it holds; closing its application ends that, too.
 *
 * @param whole the server that it is a part of; none where it listens itself
 */
export async function newSurveyService(
  name: string,
  version: string,
  settings: SurveyServiceSettings,
  whole?: InstrumentedServer,
): Promise<CalledServer> {
  const { incompleteMax } = settings;
  const { timeoutMs, breakerResetMs: resetMs } = settings.redcap;
  // Ready without REDCap and without Redis: it reads without Redis, and tells itself what can't be done.
  const server = newCalledServer({ service: name, version, ...(whole && { partOf: whole }) }, settings.called);
  const { registry } = server.metrics;
  const redis = openRedis(settings.redis);
  const breaker = newBreaker({ timeoutMs, resetMs, registry });
  server.app.addHook("onClose", async () => {
    breaker.close();
    redis.disconnect();
  });
  const leaseMs = leaseMsFor(timeoutMs);
  const requests = surveyRequests({
    redcap: redcapClient(settings.redcap, breaker),
    refuseWhileOpen: breaker.refuseWhileOpen,
    lock: userLock(redis, { leaseMs, waitMs: settings.lockWaitMs }),
    cache: listCache(redis, settings.cacheSeconds, registry),
    incompleteMax,
    timeoutMs,
  });
  const leaseSeconds = Math.ceil(leaseMs / 1000);
  await server.app.register(surveyApi, { requests, incompleteMax, leaseSeconds, server, version, registry });
  return server;
}
