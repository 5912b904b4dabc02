/** `npm run compose`: writes what is deployed as a `docker-compose.yml`. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { takeValue } from "./backup/take-value.ts";
import { exportOf, MARK } from "./compose/export.ts";
import { parseResources } from "./compose/resources.ts";
import { stackOptions } from "./options.ts";
import { pulumiCaptured, wordsOf } from "./pulumi.ts";
import { openSession } from "./session.ts";

/**
 * Writes a directory, `--to <directory>` or `compose/`, with `docker-compose.yml` and the files that its containers
 * read, and prints the path. No secret is written: where one belongs is in the file's first lines.
 *
 * @throws Error when the stack is not deployed, or the directory holds what is not an earlier export; then nothing is
 * written
 */
export async function compose(args: readonly string[]): Promise<number> {
  const { value, rest } = takeValue(args, "to");
  const { stack, preference } = stackOptions(rest);
  const directory = resolve(value ?? "compose");
  refuseForeign(directory);
  const { cli, settings } = await openSession(stack, { preference, images: "leave", check: false });
  const result = await pulumiCaptured(cli, ["stack", "export", "--show-secrets"]);
  if (result.code !== 0) {
    throw new Error(`the state of ${stack} can't be read. Pulumi says:\n${wordsOf({ ...result, stdout: "" })}`);
  }
  const { files, secrets } = exportOf(settings.label, parseResources(result.stdout, "hidden"));
  rmSync(join(directory, "config"), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const missing = secrets.filter((path) => !existsSync(join(directory, path))).length;
  if (missing > 0) {
    process.stderr.write(`  ${missing} files of secrets are yours to put there: the first lines say which.\n`);
  }
  process.stdout.write(`${join(directory, "docker-compose.yml")}\n`);
  return 0;
}

/**
 * Nothing of somebody else's is written over: what is written may only take the place of what was written before.
 *
 * @param name the file that tells so
 * @param mark what it begins with
 */
export function refuseForeign(directory: string, name = "docker-compose.yml", mark = MARK): void {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  const file = join(directory, name);
  if (existsSync(file) && readFileSync(file, "utf8").startsWith(mark)) return;
  throw new Error(
    `--to: got ${directory}; allowed: a directory that is new, empty, or an earlier export. What is in it is not from here: choose another one.`,
  );
}
