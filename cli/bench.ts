/** `npm run bench`: ratios against a named anchor, and what the stack costs. */

import { dirname, join } from "node:path";
import { benchAlertLatency } from "../bench/alert-latency.ts";
import { benchChangeOne } from "../bench/change-one.ts";
import { benchColdUp } from "../bench/cold-up.ts";
import { type BenchContext, type BenchResult, writeResult } from "../bench/context.ts";
import { benchFirstUp, firstUpPlace } from "../bench/first-up.ts";
import { benchGateway } from "../bench/gateway.ts";
import { benchLogDaemon } from "../bench/log-daemon.ts";
import { benchLogLatency } from "../bench/log-latency.ts";
import { benchLogLoss } from "../bench/log-loss.ts";
import { benchMemory } from "../bench/memory.ts";
import { benchNoopUp } from "../bench/noop-up.ts";
import { benchPanelQueries } from "../bench/panel-queries.ts";
import { benchPortalView } from "../bench/portal-view.ts";
import { benchRepeatUp } from "../bench/repeat-up.ts";
import { benchRequests } from "../bench/requests.ts";
import { benchSeries } from "../bench/series.ts";
import { benchSetup } from "../bench/setup.ts";
import { benchSshNoop } from "../bench/ssh-noop.ts";
import { benchTraceLatency } from "../bench/trace-latency.ts";
import { cacheDirectory } from "../offline/cache.ts";
import { stackOptions } from "./options.ts";
import { root } from "./places.ts";
import { readState } from "./pulumi.ts";
import { capture } from "./run.ts";
import { openSession } from "./session.ts";
import { keepingStackFile } from "./stack-file.ts";

const benchmarks: Readonly<Record<string, (context: BenchContext) => Promise<BenchResult>>> = {
  "noop-up": benchNoopUp,
  "cold-up": benchColdUp,
  "change-one": benchChangeOne,
  "repeat-up": benchRepeatUp,
  memory: benchMemory,
  requests: benchRequests,
  gateway: benchGateway,
  series: benchSeries,
  "panel-queries": benchPanelQueries,
  setup: benchSetup,
  "ssh-noop": benchSshNoop,
  "alert-latency": benchAlertLatency,
  "log-latency": benchLogLatency,
  "log-loss": benchLogLoss,
  "log-daemon": benchLogDaemon,
  "trace-latency": benchTraceLatency,
  "portal-view": benchPortalView,
};

/** The one that begins with a clone: even the session of the others would fill its caches. */
const FIRST_UP = "first-up";

/** Those that need no stack: they begin with nothing. */
const ALONE: readonly string[] = ["repeat-up", "requests", "gateway", "setup", "log-loss", "log-daemon"];

/** Those that take the stack down, data and all. */
const DESTRUCTIVE: readonly string[] = ["cold-up", "repeat-up"];

/** What a command line asks for. */
export interface BenchArguments {
  /** Name of the benchmark. */
  readonly name: string;
  /** Number of pairs. */
  readonly pairs: number;
  /** Idle minutes before memory is read. */
  readonly minutes: number;
  /** Arguments that are those of every command. */
  readonly rest: readonly string[];
}

/**
 * Reads a command line: `[name] [--pairs <number>] [--minutes <number>] [the options of every command]`.
 *
 * @throws Error that says what is allowed.
 */
export function benchArguments(args: readonly string[]): BenchArguments {
  const [first = "noop-up", ...others] = args[0]?.startsWith("-") === false ? args : ["noop-up", ...args];
  const names = [...Object.keys(benchmarks), FIRST_UP];
  if (!names.includes(first)) throw new Error(`there is no benchmark "${first}": give one of ${names.join(", ")}.`);
  const pairs = numberOption(others, "--pairs", 7);
  const minutes = numberOption(pairs.rest, "--minutes", 10);
  return { name: first, pairs: pairs.value, minutes: minutes.value, rest: minutes.rest };
}

function numberOption(args: readonly string[], name: string, fallback: number) {
  const at = args.indexOf(name);
  if (at < 0) return { value: fallback, rest: args };
  const text = args[at + 1] ?? "";
  if (!/^[1-9]\d*$/.test(text))
    throw new Error(`"${text}" is no number for ${name}: give a whole number from 1, as in ${name} ${fallback}.`);
  return { value: Number(text), rest: [...args.slice(0, at), ...args.slice(at + 2)] };
}

/**
 * Measures on the stack that is up; the exit code is 1 when a mark is missed.
 *
 * @throws Error when the stack is not up, not as declared, or its data would go and nobody agreed.
 */
export async function bench(args: readonly string[]): Promise<number> {
  const { name, pairs, minutes, rest } = benchArguments(args);
  const options = stackOptions(rest);
  if (name === FIRST_UP) {
    const write = (text: string) => process.stdout.write(text);
    return finish(await benchFirstUp({ root, place: firstUpPlace(cacheDirectory()), write }));
  }
  if (DESTRUCTIVE.includes(name) && options.stack !== "dev" && !options.yes) {
    throw new Error(`${name} takes the stack ${options.stack} down with its data: to have that, add --yes.`);
  }
  const session = await openSession(options.stack, { preference: options.preference, images: "bring", check: true });
  const { cli, cache, reporter, settings, state } = session;
  if (session.engines.services.host !== undefined) {
    throw new Error(
      `the stack ${options.stack} runs on ${session.engines.services.host}: benchmarks are of this machine.`,
    );
  }
  if (!ALONE.includes(name) && ((await readState(cli))?.resources.length ?? 0) < 2) {
    throw new Error(`the stack ${options.stack} is not up: run \`npm run up\` first.`);
  }
  const context: BenchContext = {
    cli: cli.path,
    env: { ...cli.env, PATH: `${dirname(cli.path)}:${cli.env.PATH ?? ""}` },
    root,
    stack: options.stack,
    label: settings.label,
    hotDirectory: join(state, `${settings.project}-${settings.stack}`),
    privateDirectory: join(state, "bench"),
    cache,
    pairs,
    minutes,
    capture,
    write: (text) => process.stdout.write(text),
    reporter,
  };
  const result = await keepingStackFile(cli.settings.file, () => benchmarks[name]?.(context) as Promise<BenchResult>);
  return finish(result);
}

/** Keeps a result and gives the exit code. */
function finish(result: BenchResult): number {
  process.stdout.write(`written to ${writeResult(root, result)}\n`);
  return result.met ? 0 : 1;
}
