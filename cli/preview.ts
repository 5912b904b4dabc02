/** `npm run preview`: what `up` would change. */

import { stackOptions } from "./options.ts";
import { ensureStack, pulumiInTerminal } from "./pulumi.ts";
import { openSession } from "./session.ts";

/**
 * Runs `pulumi preview` with the same parts and variables as `up`; arguments after `--` go to Pulumi.
 *
 * @throws Error with every problem of the machine at once.
 */
export async function preview(args: readonly string[]): Promise<number> {
  const options = stackOptions(args);
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "name", check: true });
  await ensureStack(cli);
  return await pulumiInTerminal(cli, ["preview", ...options.rest]);
}
