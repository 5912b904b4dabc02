/** Sends requests at a steady rate, whatever comes back, for a time. */

import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { given } from "../../services/given.ts";
import type { Ask } from "../verify/ask.ts";
import { inTurn, type Visit } from "./mix.ts";

/** What came back of one kind of visit. */
export interface Visited {
  /** Requests that were sent. */
  count: number;
  /** Those without an answer, or with one from 500 on. */
  errors: number;
  /** Those that the edge or a service refused for being too many (429). */
  refused: number;
  /** How long each answer took, in milliseconds. */
  readonly milliseconds: number[];
}

/** How much is sent. */
export interface TrafficArgs {
  /** What is asked in turn, each as often as its weight says. */
  readonly visits: readonly Visit[];
  /** Requests a second. */
  readonly rate: number;
  /** How long, in seconds. */
  readonly seconds: number;
  /** Sends a request, and gives its answer. */
  readonly ask: Ask;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Is told once a second how far it is: seconds that have passed, and what has come back. */
  readonly told?: (seconds: number, visited: ReadonlyMap<string, Visited>) => void;
}

/** What a run was. */
export interface TrafficResult {
  /** By the name of the visit, in the order of the mix. */
  readonly visited: ReadonlyMap<string, Visited>;
  /** How long it was, in seconds. */
  readonly seconds: number;
  /** Requests that were not sent, since as many were under way as may be. */
  readonly skipped: number;
}

/** Most requests that are under way at a time: what does not answer is not asked ever more. */
export const MOST_UNDER_WAY = 200;

/**
 * Sends the visits in turn. It ends when its time is over or it is told to, and waits for the answers that are still to
 * come.
 *
 * @example
 * ```ts
 * const { visited } = await sendTraffic({ visits, rate: 20, seconds: 60, ask: createAsk(), signal });
 * ```
 */
export async function sendTraffic({ visits, rate, seconds, ask, signal, told }: TrafficArgs): Promise<TrafficResult> {
  const visited = new Map(visits.map(({ name }) => [name, { count: 0, errors: 0, refused: 0, milliseconds: [] }]));
  const turn = inTurn(visits);
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  const underWay = new Set<Promise<void>>();
  let skipped = 0;
  const beat = told === undefined ? undefined : setInterval(() => told(passed(), visited), 1000);
  for (let at = 0; at < rate * seconds && !signal.aborted; at++) {
    const due = at / rate - passed();
    // At a low rate it would be late to notice that it is to end.
    if (due > 0) await sleep(due * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    if (underWay.size >= MOST_UNDER_WAY) {
      skipped++;
      continue;
    }
    const visit = turn.next().value;
    const one = visitOnce(visit, at, ask, visited.get(visit.name) as Visited).finally(() => underWay.delete(one));
    underWay.add(one);
  }
  const length = passed();
  await Promise.all(underWay);
  clearInterval(beat);
  return { visited, seconds: length, skipped };
}

/** No answer is awaited longer than the asking itself allows. */
const NEVER = new AbortController().signal;

async function visitOnce(visit: Visit, at: number, ask: Ask, visited: Visited): Promise<void> {
  const { url, headers, json } = visit.request(at);
  const began = performance.now();
  visited.count++;
  try {
    const { status } = await ask(url, { signal: NEVER, headers, ...given({ json }) });
    visited.milliseconds.push(performance.now() - began);
    if (status >= 500) visited.errors++;
    if (status === 429) visited.refused++;
  } catch {
    visited.errors++;
  }
}

/** The value below which this share of the values is, from 0 to 1; undefined where there is none. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
