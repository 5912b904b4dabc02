/** A numbered stream of lines over kills of the log agent and of the log store: which are missing, which came twice. */

import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  COLLECTOR_ARGUMENTS,
  COLLECTOR_DIRECTORY,
  COLLECTOR_STATE_DIRECTORY,
  DOCKER_CONTAINERS_DIRECTORY,
  LOG_LABELS,
  LOG_OPTIONS,
  renderCollector,
} from "../config/collector.ts";
import { imageReference } from "../config/image-references.ts";
import { LOG_ROTATION } from "../config/log-rotation.ts";
import { renderVictoriaLogs, VICTORIALOGS_DATA_DIRECTORY } from "../config/victorialogs.ts";
import type { LogLines } from "../dashboards/log-query.ts";
import { getFrom, type LogStore, logStore } from "../tests/e2e/log-store.ts";
import { freePorts } from "../tests/free-ports.ts";
import { type BenchContext, type BenchResult, resultOf } from "./context.ts";
import { docker } from "./prometheus.ts";

/** Lines of each of the two halves: over kills of the agent, then over kills of the store. */
const HALF = 500_000;

/** Lines that are written at once. Docker rotates after about four of them. */
const PART = 10_000;

const WRITER = "bench-loss";

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
  const names = { agent: `${WRITER}-agent`, store: `${WRITER}-store`, writer: `${WRITER}-writer` };
  const remove = () => docker(context, "rm", "--force", "--volumes", ...Object.values(names)).catch(() => "");
  await remove();
  try {
    const stream = await startAll(context, place, names);
    const agent = await half(stream, 0, [4, 9, 14, 19, 24, 29, 47, 49], [37, 8], names.agent);
    const store = await half(stream, HALF, [5, 15, 25, 35], undefined, names.store);
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
    await remove();
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

async function startAll(
  context: BenchContext,
  place: string,
  names: Readonly<Record<"agent" | "store" | "writer", string>>,
): Promise<Stream> {
  const made = context.env.VIGIE_IMAGES;
  const images = made === undefined ? {} : (JSON.parse(readFileSync(made, "utf8")) as Record<string, string>);
  const image = (name: "collector" | "victorialogs" | "postgres") => images[name] ?? imageReference(name);
  const [port = 0] = await freePorts(1);
  for (const name of ["data", "state", "etc"]) mkdirSync(join(place, name));
  chmodSync(join(place, "data"), 0o777);
  writeFileSync(join(place, "key"), randomUUID(), { mode: 0o644 });
  const labels = { [LOG_LABELS.stack]: "vigie/bench-loss", [LOG_LABELS.component]: WRITER };
  await docker(
    context,
    ...["run", "--detach", "--name", names.store, "--publish", `127.0.0.1:${port}:9428`, "--read-only"],
    ...[
      "--volume",
      `${join(place, "data")}:${VICTORIALOGS_DATA_DIRECTORY}`,
      "--volume",
      `${join(place, "key")}:/key:ro`,
    ],
    ...[image("victorialogs"), ...renderVictoriaLogs({}, { cacheBytes: 128 * 1024 ** 2, keyFile: "/key" })],
  );
  const [config] = renderCollector({
    stack: labels[LOG_LABELS.stack] ?? "",
    logStore: { kind: "victorialogs", address: `127.0.0.1:${port}` },
  });
  // Its ports are the host's here: the stack's own are not to be in its way.
  const [health = 0, metrics = 0] = await freePorts(2);
  const content = (config?.content ?? "").replace(":13133", `:${health}`).replace("port: 8888", `port: ${metrics}`);
  writeFileSync(join(place, "etc", "collector.yml"), content);
  await docker(
    context,
    ...["run", "--detach", "--name", names.agent, "--network", "host", "--user", "0:0", "--read-only"],
    ...["--memory", "256m", "--volume", `${DOCKER_CONTAINERS_DIRECTORY}:${DOCKER_CONTAINERS_DIRECTORY}:ro`],
    ...["--volume", `${join(place, "etc")}:${COLLECTOR_DIRECTORY}:ro`],
    ...["--volume", `${join(place, "state")}:${COLLECTOR_STATE_DIRECTORY}`],
    ...[image("collector"), ...COLLECTOR_ARGUMENTS],
  );
  await docker(
    context,
    ...["run", "--detach", "--name", names.writer, "--network", "none", "--user", "65534:65534", "--cap-drop", "ALL"],
    ...["--log-driver", "json-file"],
    ...Object.entries({ ...LOG_ROTATION, ...LOG_OPTIONS }).flatMap(([key, value]) => ["--log-opt", `${key}=${value}`]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...["--entrypoint", "sh", image("postgres"), "-c", "sleep 7200"],
  );
  const run = randomUUID().slice(0, 8);
  return {
    context,
    logs: logStore("victorialogs", getFrom(`http://127.0.0.1:${port}/`)),
    run,
    say: (from, count) => {
      const script = `{ seq ${from} ${from + count - 1} | sed 's/^/row ${run} ${from > HALF ? "b" : "a"} n=/'; } > /proc/1/fd/1`;
      return docker(context, "exec", names.writer, "sh", "-c", script);
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

/** How many lines there are, when no more have come for half a minute. */
async function settled(logs: LogStore, rows: LogLines): Promise<number> {
  let [count, since] = [-1, 0];
  for (let attempt = 0; attempt < 900 && since < 30; attempt++) {
    const now = await logs.count(rows).catch(() => count);
    since = now === count ? since + 1 : 0;
    count = now;
    await pause(1000);
  }
  return count;
}
