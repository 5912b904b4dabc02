/** From the end of a span to the moment when its trace is found by its id. */

import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchContext, BenchResult } from "./context.ts";
import { latencyResult, until } from "./latency.ts";
import { proofOf } from "./stack.ts";

/** Within so many seconds 95 of 100 spans are found. */
export const TRACE_MARK = 3;

const TIMES = 40;

/**
 * Asks a service through the edge with a trace id, and then the trace store until it has a span of that service.
 *
 * @throws Error when the stack keeps no traces, or one is not found within half a minute.
 */
export async function benchTraceLatency(context: BenchContext): Promise<BenchResult> {
  const { urls, routes, traced } = await proofOf(context);
  const store = urls.jaeger ?? urls.tempo;
  const route = routes.find(({ service }) => traced.includes(service));
  if (store === undefined || route === undefined) throw new Error(`the stack ${context.stack} keeps no traces`);
  const seconds: number[] = [];
  for (let index = 0; index < TIMES; index++) {
    const id = randomBytes(16).toString("hex");
    const response = await fetch(route.url, {
      headers: { traceparent: `00-${id}-${randomBytes(8).toString("hex")}-01` },
    });
    await response.arrayBuffer();
    const ended = performance.now();
    await until(`trace ${id}`, 30, async () => {
      const answer = await fetch(`${store}api/traces/${id}`, { headers: { accept: "application/json" } });
      return answer.ok && (await answer.text()).includes(`"${route.service}"`) ? true : undefined;
    });
    seconds.push((performance.now() - ended) / 1000);
    // Another moment of every period that something is sent or decided at.
    await pause(Math.random() * 1000);
  }
  return latencyResult(context, "trace-latency", seconds, [{ name: "found by its id", seconds: TRACE_MARK }], {
    facts: { service: route.service },
  });
}
