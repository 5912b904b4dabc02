import { configureLogs, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newCalledServer } from "../between/called.ts";
import { healthApi } from "./api.ts";
import { createHostMetrics } from "./metrics.ts";
import { rootsFrom } from "./roots.ts";
import { readSettings } from "./settings.ts";
import { watchHosts } from "./watch.ts";

/**
 * Runs the service that looks at hosts: settings, the looks, then the API.
 *
 * @param name what its metrics, lines and spans call it
 * @throws SettingsError with every wrong setting
 */
export async function start(name: string): Promise<void> {
  const { hosts, seconds, caFile, called, server: settings } = readSettings(process.env);
  configureLogs(name, settings.logLevel);
  const { version } = manifest;
  const server = newCalledServer({ service: name, version }, called);
  const { registry } = server.metrics;
  const watch = watchHosts({ hosts, seconds, roots: rootsFrom(caFile), metrics: createHostMetrics(registry) });
  // Before the requests are waited for: one may wait for the first look.
  server.app.addHook("preClose", () => watch.close());
  await server.app.register(healthApi, { watch, server, version });
  await serve(server, settings);
}
