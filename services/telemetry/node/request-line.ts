import { type SpanContext, TraceFlags } from "@opentelemetry/api";
import { byAnswer } from "./by-answer.ts";
import { isWritten, type LogLevel, takeLine, timeOfNow } from "./log-writer.ts";
import { serviceOfLogs } from "./logs.ts";

/** A request that has been answered. */
export interface AnsweredRequest {
  /** Only letters, digits, dots, lines and underlines: it is written as it is. */
  readonly id: string;
  /** Where the request is traced. */
  readonly span: SpanContext | undefined;
  /** One of the known methods, or `other`. */
  readonly method: string;
  /** The pattern of its route. */
  readonly route: string;
  /** The status of the answer. */
  readonly status: number;
  /** From its arrival until it was answered, or its caller had left. */
  readonly seconds: number;
}

/** What all lines with the same method, route and status say, before and after what each says of its request. */
interface Frame {
  readonly service: string;
  readonly level: LogLevel;
  readonly before: string;
  readonly after: string;
}

const frames = byAnswer((method, route, status): Frame => {
  const level = status >= 500 ? "error" : "info";
  const service = serviceOfLogs();
  const message = `${method} ${route} answered ${status}`;
  const before = JSON.stringify({ level, message, service, logger: "vigie.requests" });
  const after = JSON.stringify({ method, route, status });
  return { service, level, before: `",${before.slice(1, -1)},"request_id":"`, after: `,${after.slice(1, -1)}` };
});

/**
 * Logs an answered request: the line that `getLogger("vigie.requests")` would write, byte for byte, put together from
 * parts that are kept. It may wait for others, unless it is an error.
 */
export function logAnswered({ id, span, method, route, status, seconds }: AnsweredRequest): void {
  let frame = frames.of(method, route, status);
  if (!isWritten(frame.level)) return;
  if (frame.service !== serviceOfLogs()) {
    frames.clear();
    frame = frames.of(method, route, status);
  }
  const { level, before, after } = frame;
  const duration = Math.round(seconds * 100_000) / 100;
  takeLine(level, `{"time":"${timeOfNow()}${before}${id}"${traceOf(span)}${after},"duration_ms":${duration}}`, true);
}

function traceOf(span: SpanContext | undefined): string {
  if (span === undefined) return "";
  const flags = span.traceFlags & TraceFlags.SAMPLED ? "01" : "00";
  return `,"trace_id":"${span.traceId}","span_id":"${span.spanId}","trace_flags":"${flags}"`;
}
