import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Place } from "./place.ts";

/**
 * Runs a POSIX shell script on a host now.
 *
 * @throws Error with what it printed, where it fails or takes more than a minute.
 */
export async function runScript(
  { interpreter: [program = "/bin/sh", ...words], environment }: Pick<Place, "interpreter" | "environment">,
  script: string,
): Promise<void> {
  try {
    const env = { ...process.env, ...environment };
    await promisify(execFile)(program, [...words, script], { env, timeout: 60_000 });
  } catch (error) {
    const { stderr = "", message } = error as Error & { readonly stderr?: string };
    throw new Error(stderr.trim() || message);
  }
}
