import type { InstrumentedServer } from "../../../telemetry/node/index.ts";
import { type CalledServer, type CalledSettings, newCalledServer, type OwnProcess } from "../between/called.ts";
import { healthApi } from "./api.ts";
import { createHostMetrics } from "./metrics.ts";
import { rootsFrom } from "./roots.ts";
import type { HealthSettings } from "./settings.ts";
import { watchHosts } from "./watch.ts";

/** How the service runs. */
export interface HealthServiceSettings extends HealthSettings {
  /** How the services are known that call it; or only its own process asks it. */
  readonly called: CalledSettings | OwnProcess;
}

/**
 * The service, which begins to look at the hosts at once; closing its application ends that.
 *
 * @param whole the server that it is a part of; none where it listens itself
 */
export async function newHealthService(
  name: string,
  version: string,
  settings: HealthServiceSettings,
  whole?: InstrumentedServer,
): Promise<CalledServer> {
  const { hosts, seconds, caFile } = settings;
  const server = newCalledServer({ service: name, version, ...(whole && { partOf: whole }) }, settings.called);
  const { registry } = server.metrics;
  const watch = watchHosts({ hosts, seconds, roots: rootsFrom(caFile), metrics: createHostMetrics(registry) });
  // Before the requests are waited for: one may wait for the first look.
  server.app.addHook("preClose", () => watch.close());
  await server.app.register(healthApi, { watch, server, version });
  return server;
}
