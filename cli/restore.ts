/** `npm run restore`: brings a backup back into a stack. */

import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { bringBack, refuseStrangers } from "./backup/bring-back.ts";
import { type Manifest, readBackup } from "./backup/manifest.ts";
import { openWith } from "./backup/sealing.ts";
import { recipientsOf, sourcesOf } from "./backup/sources.ts";
import { takeValue } from "./backup/take-value.ts";
import { stackOptions } from "./options.ts";
import { openSession } from "./session.ts";
import { readSettings } from "./settings.ts";

/**
 * Looks at all files of `--from <directory>`, opened by the key in `--identity <file>` where they are sealed, and whether the stack can take them; asks; and then brings them back. What
 * was written since the backup is gone afterwards.
 *
 * @throws Error when anything is wrong, before anything is changed; or when a part can't be brought back: then all is as
 * it was
 */
export async function restore(args: readonly string[]): Promise<number> {
  const { value, rest: others } = takeValue(args, "from");
  const { value: identity, rest } = takeValue(others, "identity");
  const { stack, preference, yes } = stackOptions(rest);
  if (value === undefined) throw new Error("which backup? Say so with --from <directory>.");
  const directory = resolve(value);
  const open = identity === undefined ? undefined : openWith(resolve(identity));
  const onlySealed = open !== undefined || recipientsOf(readSettings(stack)).length > 0;
  const { manifest } = await readBackup(directory, { open, onlySealed });
  const { cli, settings } = await openSession(stack, { preference, images: "leave", check: false });
  const known = { manifest, open, sources: await sourcesOf(cli), engine: cli.engines.services };
  await refuseStrangers(known);
  process.stderr.write(`${describe(manifest, settings.label)}\n`);
  if (!yes && !(await agreed(stack))) {
    process.stderr.write("Nothing was changed.\n");
    return 1;
  }
  await bringBack({ ...known, directory, said: (line) => process.stderr.write(`  ${line}\n`) });
  process.stdout.write(`${settings.label} has the data of ${manifest.made}.\n`);
  return 0;
}

function describe({ made, stack, sources }: Manifest, label: string): string {
  const lines = sources.map(
    ({ kind, name, version, parts }) => `  ${kind} ${name} (${version}): ${parts.map((part) => part.name).join(", ")}`,
  );
  const from = stack === label ? "" : ` of ${stack}`;
  return [`The backup${from} of ${made} takes the place of what ${label} has now:`, ...lines].join("\n");
}

/** @throws Error where nobody can be asked */
async function agreed(stack: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("nobody is there to be asked: say so with --yes. Nothing was changed.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`What was written since is lost. Type the stack's name, ${stack}, to go on: `);
  terminal.close();
  return answer.trim() === stack;
}
