/** Proves that a deployment works, by its outputs alone. */

import type { DrillPlan } from "../../signals/drill-plan.ts";
import type { Proof } from "../../signals/proof.ts";
import { type PulumiCli, readOutputs } from "../pulumi.ts";
import { createAsk } from "./ask.ts";
import { checksOf } from "./index.ts";
import { lastLinesOf } from "./last-lines.ts";
import { liveProgress } from "./report.ts";
import { type Result, runChecks } from "./run.ts";
import { openTunnels } from "./tunnel.ts";

/** What is verified, and how it is shown. */
export interface VerifyOptions {
  /** Send test notifications, also where they reach people. @default false */
  readonly notify?: boolean;
  /** What is written to standard output of each check when it has ended. @default - nothing */
  readonly shown?: (result: Result) => string;
}

/** What came of it. */
export interface Verified {
  /** The stack, `<project>/<stack>`. */
  readonly stack: string;
  /** What came of each check, in their order. */
  readonly results: readonly Result[];
  /** How long all of it took. */
  readonly seconds: number;
}

/** The outputs that a stack is verified and drilled by. */
export interface ProofOutputs {
  /** What is to be proven. @default - the stack has no such output: it can't be verified */
  readonly proof?: Proof;
  /** What is to be drilled. @default - the stack has no such output: it can't be drilled */
  readonly drills?: DrillPlan;
  /** Password of Grafana's user `admin`, a secret. @default - Grafana's datasources are not asked */
  readonly grafanaPassword?: string;
}

/**
 * Runs every check on the stack of a CLI.
 *
 * @throws Error when the stack has no such outputs, or its host is not reached
 */
export async function verifyStack(cli: PulumiCli, options: VerifyOptions = {}): Promise<Verified> {
  const began = Date.now();
  const { proof, grafanaPassword } = await outputsOf(cli);
  if (proof === undefined) {
    throw new Error(
      `the stack ${cli.settings.stack} has no output "proof", which says what is to be verified. ` +
        `Deploy it with \`npm run up\`; a program of your own has \`export const proof = monitoring.proof\`.`,
    );
  }
  const tunnels = await openTunnels(proof, cli.engines);
  try {
    const ask = createAsk(proof.urls, tunnels.reach);
    const notify = options.notify ?? false;
    const verification = { proof, ask, reach: tunnels.reach, grafanaPassword, notify, now: Date.now };
    const checks = checksOf(verification);
    const progress = liveProgress(checks.length, options.shown ?? (() => ""));
    const results = await runChecks(checks, lastLinesOf(verification, cli.engines.all), progress);
    progress.end();
    return { stack: proof.stack, results, seconds: (Date.now() - began) / 1000 };
  } finally {
    tunnels.close();
  }
}

/**
 * The outputs of a stack.
 *
 * @throws Error when they can't be read
 */
export function outputsOf(cli: PulumiCli): Promise<ProofOutputs> {
  return readOutputs<ProofOutputs>(cli, ["--show-secrets"]);
}
