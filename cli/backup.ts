/** `npm run backup`: keeps the databases and files of a stack, as they are at one moment each. */

import { join, resolve } from "node:path";
import { saveBackup } from "./backup/save.ts";
import { sourcesOf } from "./backup/sources.ts";
import { takeValue } from "./backup/take-value.ts";
import { stackOptions } from "./options.ts";
import { openSession } from "./session.ts";

/**
 * Writes a new directory, `--to <directory>` or one below `backups/` that is named after the moment, and prints it.
 *
 * @throws Error when a store does not answer; then nothing is left of the directory
 */
export async function backup(args: readonly string[]): Promise<number> {
  const { value, rest } = takeValue(args, "to");
  const { stack, preference } = stackOptions(rest);
  const { cli, settings } = await openSession(stack, { preference, images: "leave", check: false });
  const moment = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "");
  const directory = resolve(value ?? join("backups", `${settings.project}-${stack}-${moment}`));
  const said = (line: string) => process.stderr.write(`  ${line}\n`);
  await saveBackup({ stack: settings.label, sources: await sourcesOf(cli), engine: cli.docker, directory, said });
  process.stdout.write(`${directory}\n`);
  return 0;
}
