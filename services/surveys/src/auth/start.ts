import { configureLogs, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newAuthService } from "./service.ts";
import { readSettings } from "./settings.ts";

/**
 * Starts the service that signs people in.
 *
 * @param name its name, in logs and metrics
 * @throws SettingsError with every setting that is wrong
 */
export async function start(name: string): Promise<void> {
  const settings = readSettings(process.env);
  configureLogs(name, settings.server.logLevel);
  await serve(await newAuthService(name, manifest.version, settings), settings.server);
}
