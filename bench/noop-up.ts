/**
 * A deployment that has nothing to do: `pulumi up` of the stack, when all is as declared, beside `pulumi up` of an empty
 * program on the same runtime (both without a preview, with the same CLI and backend), and beside Docker Compose's `up`
 * when all is as its file says.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCompose } from "./compose.ts";
import { type BenchContext, type BenchResult, compare, resultOf, sayPair, secondsOf } from "./context.ts";
import { runPairs } from "./pairs.ts";
import { runOrThrow, stackResources, stackUp, UP_FLAGS } from "./stack.ts";

/** The ratio that the stack must not exceed, to either anchor. */
export const NOOP_UP_MARK = 1.5;

/**
 * Measures, prints the tables and gives the result.
 *
 * @throws Error with the words of Pulumi or Compose when one of the runs fails, or when the stack is not as declared.
 */
export async function benchNoopUp(context: BenchContext): Promise<BenchResult> {
  // Refused with a difference: the measurement is of a deployment without any.
  const subject = () => secondsOf(() => stackUp(context, ["--expect-no-changes"]));
  const name = `no-op up of ${context.stack}`;
  const beside = async (anchorName: string, anchor: () => Promise<number>) => {
    context.write(`warming up beside ${anchorName}: once each\n`);
    await anchor();
    await subject();
    const runs = await runPairs(context.pairs, subject, anchor, sayPair(context));
    return compare({ subject: name, anchor: anchorName }, NOOP_UP_MARK, runs, context.write);
  };
  const comparisons = [
    await withEmptyProgram(context, (up) => beside("empty program", () => secondsOf(up))),
    await withCompose(context, (up) => beside("docker compose up --wait", () => secondsOf(up))),
  ];
  return resultOf({
    name: "noop-up",
    comparisons,
    facts: { differences: 0 },
    met: comparisons.every(({ met }) => met),
  });
}

async function withCompose<T>(context: BenchContext, work: (up: () => Promise<unknown>) => Promise<T>): Promise<T> {
  const compose = await openCompose(context, await stackResources(context));
  try {
    return await work(compose.up);
  } finally {
    await compose.close();
  }
}

async function withEmptyProgram<T>(
  context: BenchContext,
  work: (up: () => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const empty = mkdtempSync(join(tmpdir(), "vigie-bench-"));
  try {
    cpSync(join(context.root, "bench", "empty"), empty, { recursive: true });
    symlinkSync(join(context.root, "node_modules"), join(empty, "node_modules"));
    // A backend of its own: the anchor leaves nothing in the user's.
    const backend = join(empty, "backend");
    mkdirSync(backend);
    const env = { PULUMI_BACKEND_URL: `file://${backend}`, PULUMI_CONFIG_PASSPHRASE: "bench" };
    const run = (words: readonly string[]) => runOrThrow(context, [context.cli, ...words], empty, env);
    await run(["stack", "init", "bench", "--no-select", "--non-interactive"]);
    return await work(() => run(["up", "--stack", "bench", ...UP_FLAGS]));
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}
