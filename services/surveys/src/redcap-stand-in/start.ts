/** The service `redcap-stand-in`: a stand-in for REDCap, for development and tests. It is not REDCap. */

import { configureLogs, getLogger, serve } from "../../../telemetry/node/index.ts";
import manifest from "../../package.json" with { type: "json" };
import { newRedcapStandIn } from "./service.ts";
import { readSettings } from "./settings.ts";

/** Starts the stand-in and runs it until it is told to stop. */
export async function start(name: string): Promise<void> {
  configureLogs(name);
  getLogger(name).warning("this is a stand-in for REDCap, for development and tests: records are kept in memory only");
  const settings = readSettings(process.env);
  configureLogs(name, settings.server.logLevel);
  await serve(await newRedcapStandIn(name, manifest.version, settings), settings.server);
}
