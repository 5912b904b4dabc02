/** What a stack has that is kept, by its outputs. */

import type { BackupSource } from "../../config/backup.ts";
import { parseList } from "../../config/settings/json.ts";
import { DeclarationError } from "../../services/problems.ts";
import { type PulumiCli, readOutputs } from "../pulumi.ts";
import type { StackSettings } from "../settings.ts";

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

/**
 * Public keys that the backups of a stack are sealed for, by `vigie:backupRecipients`.
 *
 * @returns none where they are not sealed
 * @throws DeclarationError when it is no list of texts
 */
export function recipientsOf({ values }: Pick<StackSettings, "values">): readonly string[] {
  const { backupRecipients: given = [] } = values;
  const list = typeof given === "string" ? parseList(given) : given;
  if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  const allowed = 'a list of public keys of age, such as ["age1…"]';
  throw new DeclarationError("the configuration of this stack", [
    { property: "vigie:backupRecipients", given: "(not shown)", allowed },
  ]);
}
