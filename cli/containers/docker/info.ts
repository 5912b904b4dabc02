/** What Docker says of itself. */

import type { Environment } from "../../places.ts";
import { Docker, localCommand } from "./command.ts";

/** Seconds that an answer may take. */
const PATIENCE = 10;

/** The clock of this machine's engine, and the directory of its data; both empty where it does not answer. */
export async function aboutEngine(env: Environment): Promise<{ readonly time: string; readonly directory: string }> {
  const asked = new Docker(localCommand(env), PATIENCE).ask([
    "info",
    "--format",
    "{{.SystemTime}}\t{{.DockerRootDir}}",
  ]);
  const [time = "", directory = ""] = (await asked).stdout.trim().split("\t");
  return { time, directory };
}
