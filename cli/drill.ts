/** `npm run drill`: makes each fault that an alert tells of, and sees that it does. */

import { join } from "node:path";
import { exercisesOf } from "./drill/claims.ts";
import { refuseSerious } from "./drill/guard.ts";
import { openJournal } from "./drill/journal.ts";
import type { Outcome } from "./drill/outcome.ts";
import { failureOf, jsonOf, listOf, summaryOf, tableOf } from "./drill/report.ts";
import { repairLeft, runExercises } from "./drill/run.ts";
import { selected } from "./drill/select.ts";
import { createTools } from "./drill/tools.ts";
import { beginWatch } from "./drill/watch.ts";
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
 * @returns 1 when an alert did not come, was not told or did not end; 130 when it was cut off
 */
export async function drill(args: readonly string[]): Promise<number> {
  const began = Date.now();
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
  const json = options.flags.has("json");
  const say = (words: string) => process.stderr.write(`${words}\n`);
  const journal = openJournal(join(state, `${cli.settings.project}-${cli.settings.stack}`, "drill.json"));
  const tunnels = await openTunnels(proof, cli.docker, cli.docker.monitoring ?? cli.docker);
  const abort = new AbortController();
  const stop = () => {
    if (!abort.signal.aborted) say("Cut off: what was done is put back.");
    abort.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  try {
    const ask = createAsk(proof.urls, tunnels.reach);
    const tools = createTools(proof, cli.docker, ask);
    const stuck = await repairLeft(journal, tools, say);
    if (stuck.length > 0) throw new Error(`an earlier drill can't be put back: ${stuck.join("; ")}`);
    if (options.flags.has("repair")) return 0;
    const watch = await beginWatch(proof, ask);
    try {
      const since = () => `${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s`;
      const tried = await runExercises(
        exercisesOf(
          alerts.filter(({ fault }) => fault !== undefined),
          drills.users,
          proof.routes.map(({ service }) => service),
        ),
        {
          tools,
          watch,
          journal,
          signal: abort.signal,
          say: ({ id }, words) => say(`${since()}  ${id.padStart(2)}  ${words}`),
        },
      );
      const byPlan = new Map(tried.map((outcome) => [outcome.plan, outcome]));
      const outcomes = alerts.map(
        (plan): Outcome => byPlan.get(plan) ?? { plan, status: "undrillable", seconds: {}, muted: [] },
      );
      const seconds = (Date.now() - began) / 1000;
      process.stdout.write(
        json
          ? jsonOf(proof.stack, outcomes, seconds)
          : `\n${tableOf(outcomes)}${outcomes.map(failureOf).join("")}\n${summaryOf(proof.stack, outcomes, seconds)}`,
      );
      if (abort.signal.aborted) return 130;
      return outcomes.some(({ status }) => status === "failed") ? 1 : 0;
    } finally {
      watch.end();
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
    tunnels.close();
  }
}
