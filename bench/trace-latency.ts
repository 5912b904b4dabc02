/** From the end of a span to the moment when its trace is found by who asked. */

import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createAsk } from "../cli/verify/ask.ts";
import { traceStoreOf } from "../cli/verify/trace-store.ts";
import { VERIFIER } from "../config/collector-traces.ts";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult, until } from "./latency.ts";
import { proofOf } from "./stack.ts";

/** Within so many seconds 95 of 100 spans are found. */
export const TRACE_MARK = 3;

const TIMES = 40;

/**
 * Asks a service through the edge by a name of its own, and then the trace store until it has a span of that service.
 *
 * @throws Error when the stack keeps no traces, or one is not found within half a minute.
 */
export async function benchTraceLatency(context: BenchContext): Promise<BenchResult> {
  const proof = await proofOf(context);
  const store = traceStoreOf({ proof, ask: createAsk(proof.urls) });
  const route = proof.routes.find(({ service }) => proof.traced.includes(service));
  if (store === undefined || route === undefined) throw new Error(`the stack ${context.stack} keeps no traces`);
  const seconds: number[] = [];
  for (let index = 0; index < TIMES; index++) {
    const agent = `${VERIFIER}${randomBytes(8).toString("hex")}`;
    const begun = Date.now();
    const response = await fetch(route.url, { headers: { "user-agent": agent } });
    await response.arrayBuffer();
    const ended = performance.now();
    await until(`trace of ${agent}`, 30, async () => {
      const traces = await store.tracesOf({ route, agent, begun }, AbortSignal.timeout(5000));
      return traces.some(({ programs }) => programs.includes(route.service)) ? true : undefined;
    });
    seconds.push((performance.now() - ended) / 1000);
    // Another moment of every period that something is sent or decided at.
    await pause(Math.random() * 1000);
  }
  return latencyResult(context, "trace-latency", seconds, [{ name: "found by who asked", seconds: TRACE_MARK }], {
    facts: { service: route.service },
  });
}
