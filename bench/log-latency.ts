/** From a line that is written to the moment when it is found; and whether all arrive across restarts. */

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { LogLines } from "../dashboards/log-query.ts";
import { getFrom, type LogStore, logStore } from "../tests/e2e/log-store.ts";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult, until } from "./latency.ts";
import { docker } from "./prometheus.ts";
import { containerNamed, proofOf } from "./stack.ts";

/** Within so many seconds 95 of 100 lines are found. */
export const LOG_MARK = 2;

const TIMES = 40;

/** Lines of the run in whose middle the Collector and the log store are restarted. */
const LINES = 100_000;

const WRITER = "bench-writer";

/**
 * A container of the stack's smallest image writes lines when it is told to, as any of its programs does: first one at a
 * time, then all the others in a row, while the Collector and then the log store are restarted.
 *
 * @throws Error when a line is not found within a minute.
 */
export async function benchLogLatency(context: BenchContext): Promise<BenchResult> {
  const { urls, logStore: kind } = await proofOf(context);
  const logs = logStore(kind, getFrom(urls[kind] ?? ""));
  const postgres = await containerNamed(context, "postgres");
  const image = (await docker(context, "inspect", "--format", "{{.Config.Image}}", postgres)).trim();
  const name = `vigie-bench-writer-${process.pid}`;
  const labels = { "vigie.stack": context.label, "vigie.component": WRITER };
  await docker(
    context,
    ...["run", "--detach", "--name", name, "--network", "none", "--user", "65534:65534", "--cap-drop", "ALL"],
    ...["--log-driver", "json-file", "--log-opt", "max-size=50m", "--log-opt", "max-file=3"],
    ...["--log-opt", "tag={{.Name}}", "--log-opt", `labels=${Object.keys(labels).join(",")}`],
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...["--entrypoint", "sh", image, "-c", "sleep 3600"],
  );
  const run = randomUUID();
  const say = (script: string) => docker(context, "exec", name, "sh", "-c", `{ ${script}; } > /proc/1/fd/1`);
  try {
    const seconds: number[] = [];
    for (let index = 0; index < TIMES; index++) {
      // Docker notes when it was written: to start a process in a container takes long itself.
      const written = until("the line", 60, () => timeIn(logs, `latency ${run} ${index} `));
      await say(`echo "latency ${run} ${index} "`);
      seconds.push(await written);
      await pause(Math.random() * 500);
    }
    const lost = LINES - (await acrossRestarts(context, { logs, kind }, run, say));
    context.write(`${LINES} lines, Collector and ${logs.name} restarted in the middle: ${lost} lost\n`);
    const met = lost === 0;
    return latencyResult(context, "log-latency", seconds, [{ name: "found", seconds: LOG_MARK }], {
      met,
      facts: { store: kind, linesAcrossRestarts: LINES, linesLost: lost },
    });
  } finally {
    await docker(context, "rm", "--force", name);
  }
}

/** How many different lines of the long run arrive. */
async function acrossRestarts(
  context: BenchContext,
  { logs, kind }: { readonly logs: LogStore; readonly kind: string },
  run: string,
  say: (script: string) => Promise<string>,
): Promise<number> {
  const parts = 20;
  const part = (index: number) => {
    const first = index * (LINES / parts) + 1;
    return say(`seq ${first} ${first + LINES / parts - 1} | sed 's/^/row ${run} n=/'`);
  };
  for (let index = 0; index < parts; index++) {
    const restarts = index === 5 ? ["collector"] : index === 10 ? [kind] : [];
    const restarted = restarts.map(async (component) =>
      docker(context, "restart", await containerNamed(context, component)),
    );
    await part(index);
    await pause(500);
    await Promise.all(restarted);
  }
  const rows = linesWith(`row ${run}`);
  let arrived = 0;
  for (let attempt = 0; attempt < 90; attempt++) {
    const now = await logs.count(rows).catch(() => 0);
    if (now >= LINES && now === arrived) break;
    arrived = now;
    await pause(1000);
  }
  context.write(`${arrived} lines found; `);
  // A line that came twice is one.
  return await logs.countDifferent(rows);
}

/** Seconds since a line was written, where it is found. */
async function timeIn(logs: LogStore, words: string): Promise<number | undefined> {
  const [line] = await logs.lines(linesWith(words), 1);
  return line === undefined ? undefined : Date.now() / 1000 - Number(line.time) / 1e9;
}

const linesWith = (contains: string): LogLines => ({ of: { service: WRITER }, contains });
