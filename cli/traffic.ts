/** `npm run traffic`: visitors for a stack that has none. */

import { styleText } from "node:util";
import { isLoopback } from "../services/loopback.ts";
import type { ProofRoute } from "../signals/proof.ts";
import { looking } from "./look/deployed.ts";
import { type StackOptions, stackOptions } from "./options.ts";
import { table } from "./table.ts";
import { mixOf } from "./traffic/mix.ts";
import { quantile, sendTraffic, type TrafficResult, type Visited } from "./traffic/run.ts";

/** How much is sent, and at most may be. */
export const LIMITS = {
  seconds: { usual: 60, most: 600 },
  /** Requests a second; the edge lets one address send 200. */
  rate: { usual: 20, most: 100 },
} as const;

/**
 * Asks every route of a deployment as visitors would: 20 requests a second for a minute, `--rate` and `--seconds` say
 * otherwise. Ends by itself or by Ctrl-C, and says what came back, by route. Nothing but the stack's own routes is asked;
 * films are ordered only where it is on this machine's loopback.
 *
 * @returns 1 when a request had no answer, or one from 500 on
 * @throws Error that says what is wrong with the options, or that the stack is for visitors and nobody agreed
 */
export async function traffic(args: readonly string[]): Promise<number> {
  const options = stackOptions(args, [], ["seconds", "rate"]);
  const { seconds, rate } = wantedTraffic(options);
  let result: TrafficResult | undefined;
  await looking(options, async ({ proof, ask, engines }) => {
    const own = proof.routes.every(isOwn) && engines.every(({ host }) => host === undefined);
    if (!own && !options.yes) throw new Error(forVisitors(proof.stack, proof.routes));
    const visits = mixOf(proof.routes, own);
    const { signal, release } = endOnSignals();
    process.stderr.write(
      `${proof.stack}: ${rate} requests a second for ${seconds} s over ${proof.routes.length} routes; Ctrl-C ends it.\n`,
    );
    try {
      result = await sendTraffic({ visits, rate, seconds, ask, signal, told: progress(seconds) });
    } finally {
      release();
    }
    process.stdout.write(trafficText(result));
  });
  return [...(result?.visited.values() ?? [])].some(({ errors }) => errors > 0) ? 1 : 0;
}

/** A signal that is given when this process is asked to end, however often it is asked; `release` takes it back. */
export function endOnSignals(): { readonly signal: AbortSignal; readonly release: () => void } {
  const end = new AbortController();
  const stop = () => end.abort();
  // The terminal asks, and so does what has started this process: the sum is to be said all the same.
  const asks = ["SIGINT", "SIGTERM"] as const;
  for (const ask of asks) process.on(ask, stop);
  return {
    signal: end.signal,
    release: () => {
      for (const ask of asks) process.off(ask, stop);
    },
  };
}

/**
 * Reads how much is wanted off a command line.
 *
 * @throws Error with every option that is wrong, and what is allowed
 */
export function wantedTraffic({ texts }: Pick<StackOptions, "texts">): {
  readonly seconds: number;
  readonly rate: number;
} {
  const problems: string[] = [];
  const number = (name: keyof typeof LIMITS): number => {
    const { usual, most } = LIMITS[name];
    const given = texts[name] ?? [];
    if (given.length > 1) problems.push(`--${name} is given ${given.length} times: give it once.`);
    const [text = String(usual)] = given;
    const value = Number(text);
    if (/^[1-9]\d*$/.test(text) && value <= most) return value;
    problems.push(`--${name}: got "${text}"; allowed: a whole number from 1 to ${most}.`);
    return usual;
  };
  const wanted = { seconds: number("seconds"), rate: number("rate") };
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return wanted;
}

/** Whether nobody but this machine's people reaches a route. */
export function isOwn({ url }: ProofRoute): boolean {
  return isLoopback(new URL(url).hostname);
}

function forVisitors(stack: string, routes: readonly ProofRoute[]): string {
  const hosts = [...new Set(routes.map(({ url }) => new URL(url).host))];
  return (
    `${stack} is on another machine, or there for visitors, at ${hosts.join(", ")}: nothing was sent. Where it can bear ` +
    "this beside what it has to do, say so with --yes; nothing is ordered there."
  );
}

/** On a terminal a line that goes on, in a log one every ten seconds. */
function progress(seconds: number): (passed: number, visited: ReadonlyMap<string, Visited>) => void {
  const tty = process.stderr.isTTY === true && process.env.CI === undefined;
  return (passed, visited) => {
    if (!tty && Math.round(passed) % 10 !== 0) return;
    const { count, errors } = sumOf(visited);
    const text = `   ... ${Math.round(passed)} of ${seconds} s: ${count} requests, ${errors} errors`;
    process.stderr.write(tty ? `\r${text}\u001b[K` : `${text}\n`);
    if (tty && passed >= seconds) process.stderr.write("\n");
  };
}

const sumOf = (visited: ReadonlyMap<string, Visited>): Visited =>
  [...visited.values()].reduce<Visited>(
    (sum, one) => ({
      count: sum.count + one.count,
      errors: sum.errors + one.errors,
      refused: sum.refused + one.refused,
      milliseconds: sum.milliseconds,
    }),
    { count: 0, errors: 0, refused: 0, milliseconds: [] },
  );

/** What came back, by route, with the sum at its end. */
export function trafficText({ visited, seconds, skipped }: TrafficResult): string {
  const all = [...visited.values()].flatMap(({ milliseconds }) => milliseconds);
  const rows = [...visited, ["together", { ...sumOf(visited), milliseconds: all }] as const].map(([name, one]) => [
    name,
    String(one.count),
    one.errors === 0 ? "0" : styleText("red", String(one.errors)),
    String(one.refused),
    timeText(quantile(one.milliseconds, 0.5)),
    timeText(quantile(one.milliseconds, 0.95)),
  ]);
  const { count } = sumOf(visited);
  const notes = [
    `${(count / Math.max(seconds, 0.001)).toFixed(1)} requests a second for ${seconds.toFixed(0)} s.`,
    ...(skipped === 0 ? [] : [`${skipped} were not sent: too many were still without an answer.`]),
  ];
  return `\n${table(["route", "requests", "errors", "refused (429)", "p50", "p95"], rows, [1, 2, 3, 4, 5])}\n${notes.join(" ")}\n`;
}

const timeText = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? "–" : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
