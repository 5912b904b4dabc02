/** `npm run drill`: makes each fault that an alert tells of, and sees that it does. */

import { join } from "node:path";
import { refuseSerious } from "./drill/guard.ts";
import { openJournal } from "./drill/journal.ts";
import { listOf } from "./drill/report.ts";
import { selected } from "./drill/select.ts";
import { runDrill } from "./drill/session.ts";
import { createTools } from "./drill/tools.ts";
import { stackOptions } from "./options.ts";
import { openSession } from "./session.ts";
import { createAsk } from "./verify/ask.ts";
import { openTunnels } from "./verify/tunnel.ts";
import { outputsOf } from "./verify/verify.ts";

const FLAGS = ["all", "critical", "list", "json", "repair"] as const;

/**
 * Drills the critical alerts of a stack, those that `--alert` names, or `--all`. `--list` only says what would be done,
 * `--repair` only puts back what a drill that was killed has left; every drill does that first. `--json` prints one
 * document.
 *
 * Whatever happens, what was done is put back: after Ctrl-C and SIGTERM at once, after a kill -9 by the next one.
 *
 * @returns 1 when an alert did not come, was not told or did not end; 3 when there was nothing to try one on; 4 when one
 *   was late; 130 when it was cut off
 */
export async function drill(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, FLAGS, ["alert", "yes-break"]);
  const { alert: names = [], "yes-break": agreed = [] } = options.texts;
  const { cli, state } = await openSession(options.stack, {
    preference: options.preference,
    images: "leave",
    check: false,
  });
  const { proof, drills } = await outputsOf(cli);
  if (proof === undefined || drills === undefined) {
    throw new Error(`the stack ${cli.settings.stack} has no output "drills": deploy it with \`npm run up\`.`);
  }
  const alerts = selected(drills, { names, all: options.flags.has("all") });
  if (options.flags.has("list")) {
    process.stdout.write(listOf(alerts));
    return 0;
  }
  refuseSerious(cli.settings, proof, agreed.at(-1));
  const journal = openJournal(join(state, `${cli.settings.project}-${cli.settings.stack}`, "drill.json"));
  const tunnels = await openTunnels(proof, cli.engines);
  try {
    return await runDrill(alerts, drills.users, {
      tools: createTools(proof, cli.engines, createAsk(proof.urls, tunnels.reach)),
      journal,
      signals: process,
      say: (words) => process.stderr.write(`${words}\n`),
      print: (text) => process.stdout.write(text),
      json: options.flags.has("json"),
      repairOnly: options.flags.has("repair"),
    });
  } finally {
    tunnels.close();
  }
}
