/** A numbered stream of lines over kills of the log agent and of the log store: which are missing, which came twice. */

import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { LogLines } from "../dashboards/log-query.ts";
import type { LogStore } from "../tests/e2e/log-store.ts";
import { type BenchContext, type BenchResult, resultOf } from "./context.ts";
import { LOG_PROGRAMS, removeLogPrograms, settled, startLogPrograms, WRITER } from "./log-programs.ts";
import { docker } from "./prometheus.ts";

/** Lines of each of the two halves: over kills of the agent, then over kills of the store. */
const HALF = 500_000;

/** Lines that are written at once. Docker rotates after about four of them. */
const PART = 10_000;

/** One of the stream's two halves, when all of it has arrived that will. */
interface Half {
  /** Lines that never came. */
  readonly missing: number;
  /** Lines that came once more, each time counted. */
  readonly again: number;
}

/**
 * A container of the catalogue writes 1,000,000 numbered lines, which Docker rotates; the real Collector and a real
 * VictoriaLogs, both as the stack has them, are killed by SIGKILL meanwhile. In the first half the agent is killed eight
 * times, and once it stays away while Docker rotates twice; in the second the store is killed four times.
 *
 * @throws Error when no line arrives any more and the store can't be asked.
 */
export async function benchLogLoss(context: BenchContext): Promise<BenchResult> {
  const place = mkdtempSync(join(context.cache, "bench-loss-"));
  await removeLogPrograms(context);
  try {
    const stream = await startAll(context, place);
    const agent = await half(stream, 0, [4, 9, 14, 19, 24, 29, 47, 49], [37, 8], LOG_PROGRAMS.agent);
    const store = await half(stream, HALF, [5, 15, 25, 35], undefined, LOG_PROGRAMS.store);
    const facts = {
      lines: 2 * HALF,
      missingOverAgentKills: agent.missing,
      againOverAgentKills: agent.again,
      missingOverStoreKills: store.missing,
      againOverStoreKills: store.again,
    };
    context.write(`${JSON.stringify(facts)}\n`);
    return resultOf({ name: "log-loss", facts, met: agent.missing === 0 });
  } finally {
    await removeLogPrograms(context);
    rmSync(place, { recursive: true, force: true });
  }
}

/** A stream that runs. */
interface Stream {
  readonly context: BenchContext;
  readonly logs: LogStore;
  readonly run: string;
  /** Writes lines from a number on. */
  readonly say: (from: number, count: number) => Promise<string>;
}

async function startAll(context: BenchContext, directory: string): Promise<Stream> {
  const logs = await startLogPrograms(context, { directory });
  const run = randomUUID().slice(0, 8);
  return {
    context,
    logs,
    run,
    say: (from, count) => {
      const script = `{ seq ${from} ${from + count - 1} | sed 's/^/row ${run} ${from > HALF ? "b" : "a"} n=/'; } > /proc/1/fd/1`;
      return docker(context, "exec", LOG_PROGRAMS.writer, "sh", "-c", script);
    },
  };
}

/** Writes a half, kills at some parts, and counts when nothing more comes. */
async function half(
  { context, logs, run, say }: Stream,
  before: number,
  kills: readonly number[],
  away: readonly [at: number, parts: number] | undefined,
  victim: string,
): Promise<Half> {
  const rows: LogLines = { of: { service: WRITER }, contains: `row ${run} ${before === 0 ? "a" : "b"}` };
  const [awayAt = -1, awayParts = 0] = away ?? [];
  let gone = 0;
  for (let part = 0; part < HALF / PART; part++) {
    const kill = kills.includes(part) || part === awayAt;
    const written = say(before + part * PART + 1, PART);
    // In the middle of a part, so that lines are on their way.
    if (kill) await pause(Math.random() * 300).then(() => docker(context, "kill", "--signal", "KILL", victim));
    await written;
    if (kills.includes(part) || part === awayAt + awayParts - 1) await docker(context, "start", victim);
    // Docker keeps 30 MB: what is not read by then is gone, and that is not what is measured.
    const read = part >= awayAt && part < awayAt + awayParts - 1 ? 0 : (part - 2) * PART;
    gone += await arrived(logs, rows, read - gone);
  }
  const all = await settled(logs, rows);
  const different = await logs.countDifferent(rows);
  context.write(
    `${HALF} lines over SIGKILLs of ${victim}: ${HALF - different} missing, ${all - different} came again\n`,
  );
  return { missing: HALF - different, again: all - different };
}

/**
 * Waits until so many lines are there, or none have come for half a minute: a store that lost some never has them. Gives
 * how many are not there.
 *
 * @throws Error when it takes ten minutes: a machine that slow measures Docker's rotation.
 */
async function arrived(logs: LogStore, rows: LogLines, count: number): Promise<number> {
  let [last, since] = [-1, 0];
  for (let attempt = 0; attempt < 600; attempt++) {
    // What came twice is no line that was read.
    const now = await logs.countDifferent(rows).catch(() => last);
    since = now === last ? since + 1 : 0;
    last = now;
    if (now >= count || (since >= 30 && now > 0)) return Math.max(0, count - now);
    await pause(1000);
  }
  throw new Error(`the agent is too slow here: ${last} of ${count} lines after ten minutes.`);
}
