/** What a stack has that is kept, by its outputs. */

import type { BackupSource } from "../../config/backup.ts";
import { type PulumiCli, pulumiCaptured, wordsOf } from "../pulumi.ts";

/**
 * The sources of a stack.
 *
 * @throws Error when the stack has no such output
 */
export async function sourcesOf(cli: PulumiCli): Promise<readonly BackupSource[]> {
  const { stack } = cli.settings;
  const result = await pulumiCaptured(cli, ["stack", "output", "--json"]);
  if (result.code !== 0) {
    throw new Error(`the outputs of ${stack} can't be read. Pulumi says:\n${wordsOf({ ...result, stdout: "" })}`);
  }
  const { backups } = JSON.parse(result.stdout) as { readonly backups?: readonly BackupSource[] };
  if (backups === undefined) {
    throw new Error(
      `the stack ${stack} has no output "backups", which says what is to be kept. ` +
        "Deploy it with `npm run up`; a program of your own has `export const backups = backupsOf([…])`.",
    );
  }
  if (backups.length === 0) throw new Error(`the stack ${stack} has no data that is to be kept.`);
  return backups;
}
