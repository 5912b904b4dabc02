import { part } from "../part.ts";
import type { RequestPage } from "../schemas.ts";
import { type LogLine, linesOf } from "../sources/logs.ts";
import { spansOf } from "../sources/traces.ts";
import type { Stack } from "../stack.ts";

const TRACE = /^[0-9a-f]{32}$/;

/** How far back a request is looked for, in seconds. */
const LOOKED_BACK = 86_400;

/** Lines of the last minutes that name a trace, the newest first. @throws Away */
export async function recentLines({ description }: Stack): Promise<LogLine[]> {
  const found = await linesOf(description.asks.logs, { start: Date.now() / 1000 - 300, limit: 300 });
  const seen = new Set<string>();
  return [...found]
    .reverse()
    .filter(({ trace }) => trace !== "" && !seen.has(trace) && seen.add(trace) !== undefined)
    .slice(0, 30);
}

/** What is known of one request: the spans of its trace, and its lines. */
export async function requestOf({ description }: Stack, id: string): Promise<RequestPage> {
  const { logs, traces } = description.asks;
  const since = { start: Date.now() / 1000 - LOOKED_BACK, limit: 500 };
  const isTrace = TRACE.test(id);
  // The ids of requests look like those of traces: which of the two it is, only the lines tell.
  const ofTrace = isTrace ? await part(linesOf(logs, { trace: id, ...since })) : { found: [] };
  const isKnown = "found" in ofTrace && ofTrace.found.length > 0;
  // Who has not answered the first question is not asked a second one: people wait for the page.
  const lines = isKnown || "away" in ofTrace ? ofTrace : await part(linesOf(logs, { request: id, ...since }));
  const named = !isKnown && "found" in lines ? lines.found.find((line) => line.trace !== "")?.trace : undefined;
  const trace = named ?? (isTrace ? id : "");
  const spans = await part(
    traces === undefined || trace === "" ? Promise.resolve([]) : spansOf(traces, trace).then((found) => [...found]),
  );
  return { trace, spans, lines: "found" in lines ? { found: [...lines.found] } : lines };
}
