/**
 * A deployment that has nothing to do, of the same stack on a machine that is reached by SSH, beside the one on this
 * machine: what the way there costs. Both without a preview, by the same CLI; the program looks at each machine first,
 * as it always does.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { runPairs } from "./pairs.ts";
import { runOrThrow, stackUp } from "./stack.ts";

/** The ratio that the stack over SSH must not exceed. */
export const SSH_NOOP_MARK = 1.5;

const STACK = "bench";

/**
 * Measures, prints the table and gives the result. The machine is a rehearsal host of the tests, made and taken away
 * with all that is on it; the stack's state there is a directory of its own.
 *
 * @throws Error when one of the runs fails, or when a stack is not as declared.
 */
export async function benchSshNoop(context: BenchContext): Promise<BenchResult> {
  const { makeHost } = await import("../tests/e2e/hosts/host.ts");
  const { ProgramCopy } = await import("../tests/e2e/copy.ts");
  const copy = new ProgramCopy();
  const state = mkdtempSync(join(tmpdir(), "vigie-bench-"));
  const host = await makeHost("bench", "docker");
  try {
    const env = stateOf(state);
    const own = readFileSync(join(context.root, `Pulumi.${context.stack}.yaml`), "utf8");
    const settings = stackFile(own, { host: `ssh://${host.user}@${host.address}`, sshKeyFile: host.keyFile });
    writeFileSync(join(copy.directory, `Pulumi.${STACK}.yaml`), settings);
    writeFileSync(join(copy.directory, `Pulumi.${STACK}.known_hosts`), `${host.address} ${host.hostKey}\n`);
    context.write(`bringing the stack up on a machine that is reached by SSH\n`);
    const words = ["npm", "run", "-s", "up", "--", "--stack", STACK, "--yes", "--", "--skip-preview"];
    await runOrThrow(context, [...words, "--non-interactive"], copy.directory, env);
    const remote = { ...context, stack: STACK, env: { ...context.env, ...env } };
    const unchanged = ["--expect-no-changes"];
    const subject = () => secondsOf(() => stackUp(remote, unchanged, copy.directory));
    const anchor = () => secondsOf(() => stackUp(context, unchanged));
    context.write("warming up: once each\n");
    await anchor();
    await subject();
    const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
    const names = { subject: "no-op up over SSH", anchor: `no-op up of ${context.stack} here` };
    const comparison = compare(names, SSH_NOOP_MARK, runs, context.write);
    return resultOf({ name: "ssh-noop", comparisons: [comparison], facts: { differences: 0 }, met: comparison.met });
  } finally {
    await host.close();
    for (const directory of [copy.directory, state]) rmSync(directory, { recursive: true, force: true });
  }
}

/** The variables of a backend and a state directory that are this benchmark's alone. */
function stateOf(directory: string): Record<string, string> {
  const backend = join(directory, "pulumi");
  mkdirSync(backend);
  return { VIGIE_STATE: directory, PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: STACK };
}

/** A stack's file with further settings, and without what belongs to another passphrase. */
export function stackFile(text: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `  vigie:${key}: ${JSON.stringify(value)}`);
  const kept = text.split("\n").filter((line) => line !== "" && !/^(config:|encryptionsalt:)/.test(line));
  return `${["config:", ...kept, ...lines].join("\n")}\n`;
}
