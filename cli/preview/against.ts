/** A state that somebody else has exported, in a backend that is there for one preview. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureStack, type PulumiCli, pulumiCaptured, readState, wordsOf } from "../pulumi.ts";

/**
 * Does work with a stack whose state is that of a file; neither the stack of this machine nor the file is changed.
 *
 * @param file what `pulumi stack export` wrote. Its secrets stay as they are: the passphrase is the one that they have.
 * @throws Error when there is no such file, nothing is deployed in it, or the passphrase is another one
 */
export async function against<T>(cli: PulumiCli, file: string, work: (cli: PulumiCli) => Promise<T>): Promise<T> {
  const path = resolve(file);
  if (!existsSync(path)) {
    throw new Error(`--against: got ${file}; allowed: a file that \`pulumi stack export\` wrote. There is none there.`);
  }
  const backend = mkdtempSync(join(tmpdir(), "vigie-against-"));
  try {
    const scratch: PulumiCli = {
      ...cli,
      env: {
        ...cli.env,
        PULUMI_BACKEND_URL: pathToFileURL(backend).href,
        PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      },
      ownBackend: true,
      backendDirectory: backend,
    };
    await ensureStack(scratch);
    const { code, stderr } = await pulumiCaptured(scratch, ["stack", "import", "--file", path]);
    const state = code === 0 ? await readState(scratch) : undefined;
    if (state === undefined) {
      throw new Error(
        `--against: ${file} can't be read as a state. Pulumi says:\n${wordsOf({ code, stderr, stdout: "" })}`,
      );
    }
    if (state.resources.length === 0) {
      throw new Error(`--against: ${file} has no resource: nothing was deployed when it was written.`);
    }
    return await work(scratch);
  } finally {
    rmSync(backend, { recursive: true, force: true });
  }
}
