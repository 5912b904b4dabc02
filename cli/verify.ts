/** `npm run verify`: proves that a deployment works, as `npm run up` does at its end. */

import { stackOptions } from "./options.ts";
import { openSession } from "./session.ts";
import { failureOf, jsonOf, lineOf, summaryOf } from "./verify/report.ts";
import { verifyStack } from "./verify/verify.ts";

/**
 * Runs every check on a stack, by its outputs alone: one line a check, what is known of each failure, and a summary.
 * `--json` prints one document instead. `--notify` sends test notifications where they reach people, too.
 *
 * Ends with 1 when a check failed.
 */
export async function verify(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, ["json", "notify"]);
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "leave", check: false });
  const json = options.flags.has("json");
  const { stack, results, seconds } = await verifyStack(cli, {
    notify: options.flags.has("notify"),
    ...(json ? {} : { shown: lineOf }),
  });
  process.stdout.write(
    json
      ? jsonOf(stack, results, seconds)
      : `${results.map(failureOf).join("")}\n${summaryOf(stack, results, seconds)}`,
  );
  return results.some(({ finding }) => finding.status === "failed") ? 1 : 0;
}
