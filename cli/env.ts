/** `npm run env`: the variables that `npx pulumi` needs on this machine, for a shell's `eval`. */

import { exportLines } from "./environment.ts";
import { stackOptions } from "./options.ts";
import { makeOwnBackend } from "./own-backend.ts";
import { surroundings } from "./surroundings.ts";

/**
 * Prints lines of `export NAME='value'` on standard output, and nothing else there. The backend and the passphrase that
 * they name are there then: `npx pulumi stack init` may be the first command of all.
 */
export async function env(args: readonly string[]): Promise<number> {
  const { pulumi, decision } = await surroundings(stackOptions(args).stack);
  if (decision === undefined) {
    process.stderr.write("This machine is not prepared yet: `npm run up` brings what `npx pulumi` needs.\n");
  }
  makeOwnBackend(pulumi);
  process.stdout.write(
    exportLines(pulumi)
      .map((line) => `${line}\n`)
      .join(""),
  );
  return 0;
}
