import { configureLogs, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newHealthService } from "./service.ts";
import { readSettings } from "./settings.ts";

/**
 * Runs the service that looks at hosts: settings, the looks, then the API.
 *
 * @param name what its metrics, lines and spans call it
 * @throws SettingsError with every wrong setting
 */
export async function start(name: string): Promise<void> {
  const settings = readSettings(process.env);
  configureLogs(name, settings.server.logLevel);
  await serve(await newHealthService(name, manifest.version, settings), settings.server);
}
