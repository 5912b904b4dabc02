/** From a line that is written to the moment when it is found; and whether all arrive across restarts. */

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult, until } from "./latency.ts";
import { docker } from "./prometheus.ts";
import { containerNamed, proofOf } from "./stack.ts";

/** Within so many seconds 95 of 100 lines are found. */
export const LOG_MARK = 2;

const TIMES = 40;

/** Lines of the run in whose middle the Collector and Loki are restarted. */
const LINES = 100_000;

const WRITER = "bench-writer";

/**
 * A container of the stack's smallest image writes lines when it is told to, as any of its programs does: first one at a
 * time, then all the others in a row, while the Collector and then Loki are restarted.
 *
 * @throws Error when the stack has no Loki, or a line is not found within a minute.
 */
export async function benchLogLatency(context: BenchContext): Promise<BenchResult> {
  const { loki } = (await proofOf(context)).urls;
  if (loki === undefined) throw new Error("log-latency measures Loki, and this stack keeps its logs elsewhere.");
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
      const written = until("the line", 60, () => timeIn(loki, `latency ${run} ${index} `));
      await say(`echo "latency ${run} ${index} "`);
      seconds.push(await written);
      await pause(Math.random() * 500);
    }
    const lost = LINES - (await acrossRestarts(context, loki, run, say));
    context.write(`${LINES} lines, Collector and Loki restarted in the middle: ${lost} lost\n`);
    const met = lost === 0;
    return latencyResult(context, "log-latency", seconds, [{ name: "found", seconds: LOG_MARK }], {
      met,
      facts: { linesAcrossRestarts: LINES, linesLost: lost },
    });
  } finally {
    await docker(context, "rm", "--force", name);
  }
}

/** How many different lines of the long run arrive. */
async function acrossRestarts(
  context: BenchContext,
  loki: string,
  run: string,
  say: (script: string) => Promise<string>,
): Promise<number> {
  const parts = 20;
  const part = (index: number) => {
    const first = index * (LINES / parts) + 1;
    return say(`seq ${first} ${first + LINES / parts - 1} | sed 's/^/row ${run} n=/'`);
  };
  for (let index = 0; index < parts; index++) {
    const restarts = index === 5 ? ["collector"] : index === 10 ? ["loki"] : [];
    const restarted = restarts.map(async (component) =>
      docker(context, "restart", await containerNamed(context, component)),
    );
    await part(index);
    await pause(500);
    await Promise.all(restarted);
  }
  let arrived = 0;
  for (let attempt = 0; attempt < 90; attempt++) {
    const now = await count(loki, `sum(count_over_time({service_name="${WRITER}"} |= "row ${run}" [15m]))`).catch(
      () => 0,
    );
    if (now >= LINES && now === arrived) break;
    arrived = now;
    await pause(1000);
  }
  context.write(`${arrived} lines found; `);
  return await differentRows(loki, `row ${run}`);
}

/** How many different lines have these words: a line that came twice is one. */
async function differentRows(loki: string, words: string): Promise<number> {
  const rows = new Set<string>();
  for (let start = `${Date.now() - 900_000}000000`; ; ) {
    const page = await linesFrom(loki, words, { start, direction: "forward", limit: "5000" });
    const before = rows.size;
    for (const [, line] of page) rows.add(line);
    if (rows.size === before) return before;
    start = page.at(-1)?.[0] ?? start;
  }
}

/** Seconds since a line was written, where it is found. */
async function timeIn(loki: string, words: string): Promise<number | undefined> {
  const nanoseconds = (await linesFrom(loki, words, { limit: "1" }))[0]?.[0];
  return nanoseconds === undefined ? undefined : Date.now() / 1000 - Number(nanoseconds) / 1e9;
}

/** Lines with these words, each with its time in nanoseconds, the earliest first. */
async function linesFrom(
  loki: string,
  words: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string, string])[]> {
  const query = `{service_name="${WRITER}"} |= "${words}"`;
  const result = await asked<{ readonly values: readonly [string, string][] }>(loki, "query_range", {
    query,
    ...parameters,
  });
  return result.flatMap(({ values }) => values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

async function count(loki: string, query: string): Promise<number> {
  const [first] = await asked<{ readonly value: readonly [number, string] }>(loki, "query", { query });
  return Number(first?.value[1] ?? 0);
}

async function asked<T>(
  loki: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly T[]> {
  const response = await fetch(`${loki}loki/api/v1/${path}?${new URLSearchParams(parameters)}`);
  if (!response.ok) throw new Error(`Loki answers ${response.status}: ${await response.text()}`);
  const { data } = (await response.json()) as { readonly data: { readonly result: readonly T[] } };
  return data.result;
}
