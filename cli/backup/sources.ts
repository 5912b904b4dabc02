/** What a stack has that is kept, by its outputs. */

import type { BackupSource } from "../../config/backup.ts";
import { type PulumiCli, readOutputs } from "../pulumi.ts";

/**
 * The sources of a stack.
 *
 * @throws Error when the stack is not there, or has no such output
 */
export async function sourcesOf(cli: PulumiCli): Promise<readonly BackupSource[]> {
  const { stack } = cli.settings;
  const { backups } = await readOutputs<{ readonly backups?: readonly BackupSource[] }>(cli);
  if (backups === undefined) {
    throw new Error(
      `the stack ${stack} has no output "backups", which says what is to be kept. ` +
        "Deploy it with `npm run up`; a program of your own has `export const backups = backupsOf([…])`.",
    );
  }
  if (backups.length === 0) throw new Error(`the stack ${stack} has no data that is to be kept.`);
  return backups;
}
