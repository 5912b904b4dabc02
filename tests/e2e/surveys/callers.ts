/** Who calls the services of the surveys, and what they are answered. */

import { physical } from "../deployment.ts";
import { query } from "../prometheus.ts";
import { docker } from "../shell.ts";

const STRANGER = `
  const { get } = require(process.argv[1].split(":")[0]);
  get(process.argv[1], { rejectUnauthorized: false }, ({ statusCode }) => console.log(statusCode))
    .on("error", ({ code }) => console.log(code))`;

/** What a container that is no caller is answered without anything to show: a status, or what became of the connection. */
export async function askAsStranger(url: string): Promise<string> {
  const lines = await docker("exec", physical("redcap-stand-in-1"), "node", "-e", STRANGER, url);
  return lines.join();
}

/** How many calls the services have refused, for these reasons. */
export async function refusedCalls(reason = ".*"): Promise<number> {
  return (await query(`sum(calls_refused_total{reason=~"${reason}"})`)) ?? 0;
}

/** The ids of the services' containers. */
export async function containersOfServices(): Promise<string[]> {
  const running = await docker(
    "ps",
    "--no-trunc",
    "--format",
    "{{.Names}} {{.ID}}",
    "--filter",
    `name=${physical("")}`,
  );
  return running.filter((line) => /-(?:gateway|survey|auth|health)-\d+ /.test(line)).sort();
}
