import { type InstrumentedServer, newServer } from "../../../telemetry/node/index.ts";
import type { OWN_PROCESS } from "../between/api-key.ts";
import { healthApi } from "./api.ts";
import { createHostMetrics } from "./metrics.ts";
import { rootsFrom } from "./roots.ts";
import type { HealthSettings } from "./settings.ts";
import { watchHosts } from "./watch.ts";

/** How the service runs. */
export interface HealthServiceSettings extends HealthSettings {
  /** Path of the file with the keys of those who may ask; or only its own process asks it. */
  readonly apiKeysFile: string | typeof OWN_PROCESS;
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
): Promise<InstrumentedServer> {
  const { hosts, seconds, caFile, apiKeysFile } = settings;
  const server = newServer({ service: name, version, ...(whole && { partOf: whole }) });
  const { registry } = server.metrics;
  const watch = watchHosts({ hosts, seconds, roots: rootsFrom(caFile), metrics: createHostMetrics(registry) });
  // Before the requests are waited for: one may wait for the first look.
  server.app.addHook("preClose", () => watch.close());
  await server.app.register(healthApi, { watch, apiKeysFile, version, registry });
  return server;
}
