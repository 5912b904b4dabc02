/** `npm run backup`: keeps the databases and files of a stack, as they are at one moment each, and shows that they come back. */

import { join, resolve } from "node:path";
import { readBackup } from "./backup/manifest.ts";
import { prove } from "./backup/prove.ts";
import { saveBackup } from "./backup/save.ts";
import { openWith, sealFor } from "./backup/sealing.ts";
import { recipientsOf, sourcesOf } from "./backup/sources.ts";
import { stackOptions } from "./options.ts";
import { openSession } from "./session.ts";
import { readSettings } from "./settings.ts";

/**
 * Writes a new directory, `--to <directory>` or one below `backups/` that is named after the moment, and prints it. With
 * `--prove` it is brought back into stores that are thrown away, and compared; `--from <directory>` proves one that is
 * there, and `--identity <file>` opens what is sealed.
 *
 * @throws DeclarationError with all that could not come back as it is, or with keys that are none
 * @throws Error when a store does not answer; then nothing is left of the directory; or when it does not come back
 */
export async function backup(args: readonly string[]): Promise<number> {
  const { stack, preference, flags, texts } = stackOptions(args, ["prove"], ["to", "from", "identity"]);
  const [to, from, identity] = ["to", "from", "identity"].map((name) => only(name, texts[name]));
  const asked = readSettings(stack);
  const recipients = recipientsOf(asked);
  const seal = recipients.length === 0 ? undefined : sealFor(recipients);
  const open = identity === undefined ? undefined : openWith(resolve(identity));
  const problem = contradiction({ prove: flags.has("prove"), to, from, sealed: seal !== undefined, identity });
  if (problem !== undefined) throw new Error(problem);
  const { cli, settings } = await openSession(stack, { preference, images: "leave", check: false });
  const moment = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "");
  const directory = resolve(from ?? to ?? join("backups", `${settings.project}-${stack}-${moment}`));
  const said = (line: string) => process.stderr.write(`  ${line}\n`);
  const common = {
    stack: settings.label,
    sources: await sourcesOf(cli),
    engine: cli.engines.services,
    directory,
    said,
  };
  if (from === undefined) await saveBackup({ ...common, seal });
  if (flags.has("prove")) {
    await prove({ ...common, ...(await readBackup(directory, { open, onlySealed: seal !== undefined })) });
  }
  process.stdout.write(`${directory}\n`);
  return 0;
}

interface Asked {
  readonly prove: boolean;
  readonly to: string | undefined;
  readonly from: string | undefined;
  readonly sealed: boolean;
  readonly identity: string | undefined;
}

/** What of a command line does not go together; none where it does. */
export function contradiction({ prove: proves, to, from, sealed, identity }: Asked): string | undefined {
  if (from !== undefined && !proves) return "--from is for --prove: a backup is written with --to.";
  if (from !== undefined && to !== undefined) return "--from and --to contradict each other: give one of them.";
  if (identity !== undefined && !proves) return "--identity is for --prove: a backup is sealed with public keys alone.";
  if (proves && from === undefined && sealed && identity === undefined) {
    return "vigie:backupRecipients seals the backup, and --prove has to open it: give --identity <file> with a private key.";
  }
  return undefined;
}

function only(name: string, values: readonly string[] = []): string | undefined {
  const [value] = values;
  if (values.length > 1) throw new Error(`--${name} is given ${values.length} times: give it once.`);
  if (value === "") throw new Error(`--${name} needs a value: --${name} <path>.`);
  return value;
}
