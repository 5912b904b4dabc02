/** The service `survey`: requests for surveys, which REDCap keeps. */

import { configureLogs, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newSurveyService } from "./service.ts";
import { readSettings } from "./settings.ts";

/** Starts the service and runs it until it is told to stop. */
export async function start(name: string): Promise<void> {
  const settings = readSettings(process.env);
  configureLogs(name, settings.server.logLevel);
  await serve(await newSurveyService(name, manifest.version, settings), settings.server);
}
